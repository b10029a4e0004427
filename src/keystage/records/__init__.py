"""The tables and columns everything shares, and the record set that carries them."""
