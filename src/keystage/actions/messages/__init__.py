"""Messages between organisations: written, read, and who may use them."""
