"""Whole jobs without a database: read, check, compute, publish, verify, explain."""
