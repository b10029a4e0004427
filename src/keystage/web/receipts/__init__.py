"""Receipts for everybody: the public keys, and a page that verifies."""
