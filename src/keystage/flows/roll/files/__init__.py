"""Rolls, registrations and results read from files."""
