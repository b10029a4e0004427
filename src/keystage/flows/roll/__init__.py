"""The roll of a school: read from a file, matched with what is stored, changed, reconciled."""
