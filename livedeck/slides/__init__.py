"""A deck as its author wrote it: its settings, slides and look."""
