"""Short excerpts in the programs' forms, one for each block; the numbers are our own."""

from __future__ import annotations

from typing import Any

from output.excerpts import (
    analysis,
    elastic_constants,
    energy_contributions,
    equation_of_state,
    forces,
    frequencies,
    hamiltonian,
    hyperpolarisability,
    k_points,
    longitudinal_modes,
    maps,
    neighbours,
    optimisation,
    populations,
    quasi_harmonic_approximation,
    raman,
    resources,
    response,
    scf_history,
    settings,
    stress,
    symmetry,
    thermodynamics,
    two_components,
    wave_function,
)

EXCERPTS: dict[str, tuple[str, dict[str, Any]]] = {
    "energy contributions": (energy_contributions.TEXT, energy_contributions.FACTS),
    "populations": (populations.TEXT, populations.FACTS),
    "optimisation": (optimisation.TEXT, optimisation.FACTS),
    "two components": (two_components.TEXT, two_components.FACTS),
    "stress": (stress.TEXT, stress.FACTS),
    "Raman": (raman.TEXT, raman.FACTS),
    "hyperpolarisability": (hyperpolarisability.TEXT, hyperpolarisability.FACTS),
    "longitudinal modes": (longitudinal_modes.TEXT, longitudinal_modes.FACTS),
    "maps": (maps.TEXT, maps.FACTS),
    "forces": (forces.TEXT, forces.FACTS),
    "symmetry": (symmetry.TEXT, symmetry.FACTS),
    "SCF history": (scf_history.TEXT, scf_history.FACTS),
    "resources": (resources.TEXT, resources.FACTS),
    "hamiltonian": (hamiltonian.TEXT, hamiltonian.FACTS),
    "settings": (settings.TEXT, settings.FACTS),
    "k points": (k_points.TEXT, k_points.FACTS),
    "neighbours": (neighbours.TEXT, neighbours.FACTS),
    "frequencies": (frequencies.TEXT, frequencies.FACTS),
    "thermodynamics": (thermodynamics.TEXT, thermodynamics.FACTS),
    "quasi-harmonic approximation": (
        quasi_harmonic_approximation.TEXT,
        quasi_harmonic_approximation.FACTS,
    ),
    "response": (response.TEXT, response.FACTS),
    "elastic constants": (elastic_constants.TEXT, elastic_constants.FACTS),
    "equation of state": (equation_of_state.TEXT, equation_of_state.FACTS),
    "wave function": (wave_function.TEXT, wave_function.FACTS),
    "analysis": (analysis.TEXT, analysis.FACTS),
}
"""Name of a block -> its excerpt, and facts by their path."""
