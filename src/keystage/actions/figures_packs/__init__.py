"""Packs of released figures for governors, and what a school's website says of them."""
