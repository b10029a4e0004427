"""Systems that act for an organisation: their leave, what they may, what they asked."""
