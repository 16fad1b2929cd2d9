"""Wave function, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 DE(K)                   0.000E+00  ENERGY LEVEL SHIFTING        0.60000
 TOTAL ENERGY -2.7500000000001E+02  CONVERGENCE ON ENER       -4.500E-09
 KIN. ENERGY   2.6700000000001E+02  VIR. COEFF.           9.95000000E-01
 N. OF SCF CYCLES                7  FERMI ENERGY              -0.145E+00
"""
FACTS: dict[str, Any] = {
    "wavefunction_energy": -275.00000000001,
    "wavefunction_fermi_energy": -0.145,
    "wavefunction_scf_cycles": 7,
    "wavefunction_level_shift": 0.6,
    "kinetic_energy": 267.00000000001,
}
