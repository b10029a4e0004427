"""Teacher assessment returns: checked before sending, shown, converted, compared and exported."""
