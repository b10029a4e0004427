"""Releases of figures: asked for, computed by a worker, approved, seen, withdrawn, verified."""
