"""Pages of test week."""
