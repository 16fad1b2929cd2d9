"""The blocks of an output: one module each, one line each in :data:`BLOCKS`."""

from __future__ import annotations

from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.blocks.analysis import ANALYSIS
from crystald.crystal.output.blocks.elastic import ELASTIC
from crystald.crystal.output.blocks.energies import ENERGIES
from crystald.crystal.output.blocks.equation_of_state import EQUATION_OF_STATE
from crystald.crystal.output.blocks.forces import FORCES
from crystald.crystal.output.blocks.frequencies import FREQUENCIES
from crystald.crystal.output.blocks.hamiltonian import HAMILTONIAN
from crystald.crystal.output.blocks.history import HISTORY
from crystald.crystal.output.blocks.hyperpolarisability import HYPERPOLARISABILITY
from crystald.crystal.output.blocks.k_points import K_POINTS
from crystald.crystal.output.blocks.longitudinal import LONGITUDINAL
from crystald.crystal.output.blocks.maps import MAPS
from crystald.crystal.output.blocks.neighbours import NEIGHBOURS
from crystald.crystal.output.blocks.optimisation import OPTIMISATION
from crystald.crystal.output.blocks.populations import POPULATIONS
from crystald.crystal.output.blocks.quasi_harmonic import QUASI_HARMONIC
from crystald.crystal.output.blocks.raman import RAMAN
from crystald.crystal.output.blocks.resources import RESOURCES
from crystald.crystal.output.blocks.response import RESPONSE
from crystald.crystal.output.blocks.settings import SETTINGS
from crystald.crystal.output.blocks.stress import STRESS
from crystald.crystal.output.blocks.symmetry import SYMMETRY
from crystald.crystal.output.blocks.thermodynamics import THERMODYNAMICS
from crystald.crystal.output.blocks.two_component import TWO_COMPONENT
from crystald.crystal.output.blocks.wavefunction import WAVEFUNCTION

BLOCKS: Final[tuple[Block, ...]] = (
    SYMMETRY,
    HAMILTONIAN,
    SETTINGS,
    K_POINTS,
    NEIGHBOURS,
    HISTORY,
    ENERGIES,
    POPULATIONS,
    TWO_COMPONENT,
    OPTIMISATION,
    FORCES,
    STRESS,
    FREQUENCIES,
    LONGITUDINAL,
    THERMODYNAMICS,
    QUASI_HARMONIC,
    RAMAN,
    RESPONSE,
    HYPERPOLARISABILITY,
    ELASTIC,
    EQUATION_OF_STATE,
    WAVEFUNCTION,
    ANALYSIS,
    MAPS,
    RESOURCES,
)
