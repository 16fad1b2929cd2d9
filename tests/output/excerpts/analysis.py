"""Analysis, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 *  FROM BAND   1 TO BAND  18                                                  *
 *  TOTAL OF1200 K-POINTS ALONG THE PATH                                       *
 LINE  1 ( 0.00 0.00 0.00: 0.50 0.00 0.50) IN TERMS OF PRIMITIVE LATTICE VECTORS
  20 POINTS - SHRINKING_FACTOR1026
 LINE  2 ( 0.50 0.00 0.50: 0.50 0.25 0.75) IN TERMS OF PRIMITIVE LATTICE VECTORS
  10 POINTS - SHRINKING_FACTOR 240
 ENERGY RANGE (A.U.)   -0.75000 -   0.01500 EFERMI  -0.19000
 FROM BAND   21 TO BAND   46 ENERGY RANGE -0.11750E+01  0.91500E+00
 NUMBER OF PROJECTIONS                        2
 *** PROJECTION   1 ATOMIC ORBITALS    38  39  40
 *** PROJECTION   2 ATOMIC ORBITALS    14  15
  RELAXATION TIME (fs):                175.0000
  MAX TEMPERATURE VALUE (K):           500.0000
  MIN CHEMICAL POTENTIAL VALUE (eV):    -4.7500
"""
FACTS: dict[str, Any] = {
    "path_last_band": 18,
    "path_k_points": 1200,
    "path_lines.0.shrink": 1026,
    "path_lines.1.end": [0.5, 0.25, 0.75],
    "band_fermi_energy": -0.19,
    "dos_first_band": 21,
    "dos_energy_min": -1.175,
    "dos_projections.1.orbitals": [14, 15],
    "relaxation_time": 175.0,
    "transport_temperature_max": 500.0,
    "chemical_potential_min": -4.75,
}
