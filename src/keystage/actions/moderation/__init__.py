"""Moderation of a school: chosen, visited, and what came of it."""
