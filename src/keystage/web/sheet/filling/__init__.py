"""Filling many cells at once."""
