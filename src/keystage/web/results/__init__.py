"""Results that came back: by pupil, what differs from what was sent, and what they add up to."""
