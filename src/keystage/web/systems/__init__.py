"""Systems that act for an organisation: their leave, their secret, their end."""
