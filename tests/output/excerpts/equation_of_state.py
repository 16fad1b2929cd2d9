"""Equation of state, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 SORTING VOLUMES/ENERGIES

     VOLUME (A^3)    ENERGY (a.u.)

     256.500000   -4.250000000000E+03
     264.500000   -4.250500000000E+03

 EQUATION OF STATE             VOL(A^3)        E(AU)       BM(GPa)   BM PRIME
 -------------------------------------------------------------------------------
 MURNAGHAN 1944                264.5000     -4250.50000000  230.50     4.05
 BIRCH-MURNAGHAN 1947          264.7500     -4250.50000001  230.75     4.00

"""
FACTS: dict[str, Any] = {
    "eos_points.1": {"volume_ang3": 264.5, "energy_ha": -4250.5},
    "eos_fits.0.name": "MURNAGHAN 1944",
    "eos_volume": 264.75,
    "eos_bulk_modulus": 230.75,
    "eos_bulk_modulus_derivative": 4.0,
}
