"""Keystage: key stage 2 assessment and accountability for England, opened down to the rule."""

__version__ = "0.1.0"
