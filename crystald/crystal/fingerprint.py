"""The fingerprint of a structure: the same text for the same atoms in the same cell."""

from __future__ import annotations

import hashlib
import json

from crystald.models import Structure


def fingerprint(structure: Structure) -> str:
    """Hash a structure as it stands: equal for the same cell, atoms and positions to 1e-6 Å."""
    plain = [
        structure.periodicity,
        [[round(x, 6) + 0.0 for x in row] for row in structure.cell_ang],
        list(structure.numbers),
        [[round(x, 6) + 0.0 for x in row] for row in structure.positions_ang],
    ]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()
