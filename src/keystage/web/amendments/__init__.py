"""Amendments after the deadline: those of a school, those an authority and the agency see."""
