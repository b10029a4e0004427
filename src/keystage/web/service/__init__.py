"""The service itself: its status, planned works, and help desks."""
