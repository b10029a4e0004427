"""The dates of a season: which is in force, moving one, feeds for calendar programs, reminders."""
