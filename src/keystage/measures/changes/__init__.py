"""What changed between two releases: per figure and per pupil, with reasons, exactly."""
