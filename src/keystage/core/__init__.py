"""What every room shares: errors that speak to people, subjects, and pupil numbers."""
