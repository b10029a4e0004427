"""Pupils of a school and the cohort of a season, each change with its history."""
