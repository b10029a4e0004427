"""The service itself: who helps with it, what works, and when it will not."""
