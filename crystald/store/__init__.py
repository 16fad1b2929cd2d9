"""materials.db: the only SQL."""
