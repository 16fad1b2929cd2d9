"""What is wrong with a deck, said before it costs a week: rules, each a function and a table row.

`lint` (in ``linter``) reads a deck losslessly and asks every rule of ``table``. An error is
something that makes the program stop, or compute something else than was meant; a warning is
something that is known to go wrong often.
"""
