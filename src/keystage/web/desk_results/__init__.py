"""The agency's releases of results: prepared, approved by another person, taken back."""
