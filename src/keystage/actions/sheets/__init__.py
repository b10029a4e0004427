"""What can be done with the cells of a mark sheet: save, fill, bring in, undo, look back."""
