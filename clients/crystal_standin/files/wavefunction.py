"""The stand-in's wave function file (fort.9, fort.20, fort.98): deck, geometry and energies."""

from __future__ import annotations

import dataclasses
import json

from crystal_standin.lattice import structure
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model.energy import Energies
from crystal_standin.model.system import group_of
from crystal_standin.reading import deck as decks
from crystal_standin.reading.deck import Deck

MAGIC = "STAND-IN WAVE FUNCTION"
"""First line of the file; nothing of CRYSTAL's begins like this."""


@dataclasses.dataclass(frozen=True, slots=True)
class WaveFunction:
    """What properties needs of a run."""

    deck: Deck
    crystal: Crystal
    energies: Energies
    cycles: int


def write(
    deck_text: str, crystal: Crystal, energies: Energies, cycles: int, fort34: str = ""
) -> bytes:
    """Return the content of the file for a deck, its final geometry and its energies."""
    content = {
        "deck": deck_text,
        "fort34": fort34,
        "parameters": crystal.parameters,
        "asymmetric": crystal.asymmetric,
        "energies_ha": dataclasses.astuple(energies),
        "cycles": cycles,
    }
    return f"{MAGIC}\n{json.dumps(content)}\n".encode()


def read(data: bytes | None) -> WaveFunction | None:
    """Read the file; None when it is missing, empty, torn or not the stand-in's."""
    if not data or not data.startswith(f"{MAGIC}\n".encode()):
        return None
    try:
        content = json.loads(data[len(MAGIC) + 1 :])
        deck = decks.read(content["deck"], content.get("fort34", ""))
        asymmetric = tuple((n, (x, y, z)) for n, (x, y, z) in content["asymmetric"])
        parameters = tuple(float(value) for value in content["parameters"])
        crystal = structure.build(group_of(deck), parameters, asymmetric)
        return WaveFunction(
            deck, crystal, Energies(*content["energies_ha"]), int(content["cycles"])
        )
    except (ValueError, KeyError, TypeError):
        return None
