"""Released figures of trusts and authorities: the unit's own, and those of its schools."""
