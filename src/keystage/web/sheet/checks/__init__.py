"""What the checks say of the sheet, and what a person answers."""
