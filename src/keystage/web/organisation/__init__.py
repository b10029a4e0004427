"""What an organisation with schools sees of them: how far each has come with a season."""
