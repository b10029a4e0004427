"""What an authority reports on its schools: returns, access arrangements, moderation."""
