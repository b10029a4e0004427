"""Files that leave the service: the return, and transfers to other schools."""
