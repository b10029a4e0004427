"""Which stored pupil a row is of."""
