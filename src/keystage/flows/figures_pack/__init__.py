"""What a content says in sentences, as a pack for governors, and on a school's website."""
