"""Test week: the attendance register, access arrangements, and the declaration."""
