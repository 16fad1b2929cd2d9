"""Decks as structures: the cell and the atoms that the program would compute.

`structure_of` (in ``build``) expands the asymmetric unit with the operations of the deck's group in
the deck's setting (``setting``) and applies those edits whose effect is certain (``edits``);
everything else is refused with a reason.
"""
