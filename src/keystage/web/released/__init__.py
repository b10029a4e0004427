"""Released results: for a school, for the bodies it belongs to, and for receiving schools."""
