"""The deck as one page."""
