"""How far a return is: what is held of it, its numbers, its states, and closing."""
