"""Formulas of TeX, set for the eye and for screen readers."""
