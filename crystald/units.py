"""Units and constants: CODATA 2018 unless the name says CRYSTAL.

Numbers that CRYSTAL prints in two units are stored as printed; these factors serve only where
crystald converts by itself (plots, listings).
"""

from __future__ import annotations

from typing import Final

HARTREE_EV: Final = 27.211386245988
"""One hartree in electronvolt (CODATA 2018)."""

BOHR_ANG: Final = 0.529177210903
"""One bohr in ångström (CODATA 2018)."""

CRYSTAL_BOHR_ANG: Final = 0.5291772083
"""One bohr in ångström as CRYSTAL uses it (printed as ``BOHR = 0.5291772083 ANGSTROM``)."""


def ev_from_ha(energy_ha: float) -> float:
    """Convert an energy from hartree to electronvolt."""
    return energy_ha * HARTREE_EV
