"""What the service says of itself: accessibility, privacy, cookies, help, terms."""
