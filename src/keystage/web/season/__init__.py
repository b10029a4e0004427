"""The dates of the season: calendar, setting a date, the address for calendar programs."""
