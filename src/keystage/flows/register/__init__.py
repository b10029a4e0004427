"""The attendance register of test week: what does not agree, and what a registration decides."""
