"""Making what the makers of a release look at: distributions, the reference, checks of quality."""
