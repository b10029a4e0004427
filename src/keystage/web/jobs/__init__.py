"""Long work a person asked for: how far it is, what it made, running it again."""
