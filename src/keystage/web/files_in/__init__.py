"""Files that come in: chosen, matched, looked at, applied, undone."""
