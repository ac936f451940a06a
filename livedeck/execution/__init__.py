"""The processes that run experiments and draw figures, and what they are seen to use."""
