"""The agency's desk: how the collection stands, one school's return, reopening and closing."""
