"""Amendments: what a school asks to have changed after its return is closed."""
