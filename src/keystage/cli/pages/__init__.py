"""Documentation pages made from the code: nothing on them is written by hand."""
