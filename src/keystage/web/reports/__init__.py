"""Reports to parents: what a school adds, one report, all of them, and a pupil's record."""
