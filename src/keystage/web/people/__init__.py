"""People, their roles, and who can see what."""
