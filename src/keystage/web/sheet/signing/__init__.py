"""Signatures under the sheet."""
