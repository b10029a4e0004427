"""Results day: reading a release, checking results, reviews of marking, the governors' pack."""
