"""Measures to published tables: disclosure control, printed values, files."""
