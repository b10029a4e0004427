"""Files that go out: who is in them, what they are, what the check says, and what was made."""
