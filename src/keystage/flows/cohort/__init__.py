"""Jobs on an invented England."""
