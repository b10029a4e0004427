"""Where a person begins: organisations, seasons, and what to do now."""
