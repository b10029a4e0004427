"""Moderation of writing: the authority's pages, and the school's."""
