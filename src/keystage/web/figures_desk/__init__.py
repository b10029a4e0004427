"""The desk of those who make releases of figures: the agency, authorities and trusts."""
