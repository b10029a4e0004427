"""Figures for people: what a release holds, what moved between two, and what would move one."""
