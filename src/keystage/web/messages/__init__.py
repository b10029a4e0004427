"""Messages between a school, its authority, its trust and the agency."""
