"""Pages of batches: many schools' files sent in one archive, and what became of each."""
