"""Families of type: found, made up, cut down, and embedded once."""
