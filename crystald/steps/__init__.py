"""Step types: one file each; decks in, properties out, files needed and left. Pure."""
