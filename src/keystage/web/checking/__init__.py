"""The checking exercise at a school: who counts, what it asks for, and what came of it."""
