"""What can be wrong in a set of records: pure functions from tables to findings."""
