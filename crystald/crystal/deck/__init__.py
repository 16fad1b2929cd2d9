"""Decks of CRYSTAL: what goes into them, how they are printed and read back."""
