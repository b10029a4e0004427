"""The Common Transfer File: read, written, and kept in one piece between."""
