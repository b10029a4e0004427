"""Before registration: tests that are ordered, and the authority that monitors a school."""
