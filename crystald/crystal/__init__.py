"""The language of CRYSTAL: decks, geometry, basis sets, k paths, outputs. Pure."""
