"""Files to records and back. Text becomes a type once, here."""
