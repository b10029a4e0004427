"""Reports to parents and the record of one pupil: words for every result, as tagged PDF."""
