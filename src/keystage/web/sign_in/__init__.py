"""Signing in: the library's pages in our words, and the doors it may open."""
