"""Roll, registration and mark sheet side by side."""
