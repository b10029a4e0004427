"""The service for systems: what they may fetch and send, as JSON."""
