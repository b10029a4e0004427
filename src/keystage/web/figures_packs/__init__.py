"""Pages of a school's figures in sentences, as a pack for governors, and for its website."""
