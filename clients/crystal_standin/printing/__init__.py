"""Blocks of outputs, in CRYSTAL's forms."""
