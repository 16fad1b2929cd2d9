"""Decks of anybody's, carried line by line to the next step."""
