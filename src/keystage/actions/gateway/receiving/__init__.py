"""A file on its way in: read, checked by what is known, kept whole or refused whole."""
