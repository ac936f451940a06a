"""A figure function becomes an SVG for light and dark, a PDF, and the table of its numbers."""
