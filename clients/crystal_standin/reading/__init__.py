"""The stand-in's own readers of decks."""
