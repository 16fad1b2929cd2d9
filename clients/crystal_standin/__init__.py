"""A stand-in for the programs ``crystal`` and ``properties``, for the demo and for tests.

It reads the decks that CRYSTAL reads, refuses what CRYSTAL refuses, and prints and writes in
CRYSTAL's formats, from a cheap model whose numbers mean nothing. Every output says STAND-IN where
CRYSTAL's says CRYSTAL; results from it are never to be taken for CRYSTAL's.

It shares no code with the writer of decks that it checks: space groups come from gemmi's tables,
and nothing of crystald is imported but its errors.

::

    main         command line, environment, witness, playback       (the only part with effects)
    crystal      deck -> events          properties   deck + fort.9 -> events
    deck  d3     the two readers         keywords     what each block may hold
    groups  structure  kmesh             the crystal and its symmetry
    elements  basis  energy  bands  dos  relax   the model
    events  fortran  *_text  files       what is printed and written
    faults                               the ways to fail on purpose
"""

from __future__ import annotations

VERSION = "1.0"
"""Version of the stand-in, printed in its banner."""
