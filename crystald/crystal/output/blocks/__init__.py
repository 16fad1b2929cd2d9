"""The blocks of an output: one module each, one line each in :data:`BLOCKS`."""

from __future__ import annotations

from typing import Final

from crystald.crystal.output.blocks.energies import ENERGIES
from crystald.crystal.output.blocks.forces import FORCES
from crystald.crystal.output.blocks.history import HISTORY
from crystald.crystal.output.blocks.optimisation import OPTIMISATION
from crystald.crystal.output.blocks.populations import POPULATIONS
from crystald.crystal.output.blocks.resources import RESOURCES
from crystald.crystal.output.blocks.symmetry import SYMMETRY
from crystald.crystal.output.facts import Block

BLOCKS: Final[tuple[Block, ...]] = (
    SYMMETRY,
    HISTORY,
    ENERGIES,
    POPULATIONS,
    OPTIMISATION,
    FORCES,
    RESOURCES,
)
