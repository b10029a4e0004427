"""The checking exercise: what schools ask to be changed about pupils, and how it is decided."""
