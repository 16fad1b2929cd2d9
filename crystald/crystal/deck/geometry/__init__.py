"""The geometry block: from atoms in any cell to CRYSTAL's standard settings, and back again."""
