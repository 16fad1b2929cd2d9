"""Decks as people write them: every byte kept, every record known by its keyword.

`read_d12` and `read_d3` (in ``reader``) turn a deck into a `DeckText` (``tree``): sections of
entries, an entry being a keyword with its records or a block with entries of its own. Printing
gives the same bytes. ``values`` and ``settings`` say what it holds, ``edit`` changes one thing and
leaves all other bytes, the tables ``geometry_words``, ``basis_words``, ``scf_words`` and ``d3_words``
say how many records follow which keyword.
"""
