"""Files that come in: uploaded, matched, looked at, applied, and undone if need be."""
