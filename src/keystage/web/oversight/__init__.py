"""Who did what, and what the organisation decided for itself."""
