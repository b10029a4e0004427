"""Published tables checked against the engine's rules: one module for each kind of check."""
