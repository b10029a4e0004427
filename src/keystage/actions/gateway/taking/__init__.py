"""A file that is submitted: what it changes of what was received, written at once."""
