"""Frequencies, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 ATOMS ISOTOPIC MASS (AMU) FOR FREQUENCY CALCULATION

    1 FE     55.9500    2 O      15.9500
    3 O      15.9500

 DX=  0.003 ANGSTROM
 NUMBER OF SCF+GRADIENT CALCULATIONS             8
    MODES         EIGV          FREQUENCIES     IRREP  IR   INTENS    RAMAN
             (HARTREE**2)   (CM**-1)     (THZ)             (KM/MOL)
    1-   3   -0.1000E-09     -2.2500   -0.0675  (F1u)   A (     0.00)   I
    4-   5    0.4500E-06    147.2500    4.4145  (E  )   A (    12.50)   A
    6-   6    0.4500E-05    465.5000   13.9555  (A1 )   I ( *******)   A

    MODES    FREQUENCIES           I_tot     I_par    I_perp
  ----------------------------------------------------------------
    4-   5      147.2500 (E  )    150.50     86.00     64.50

  DISPERSION K POINT NUMBER     2 COORD:  C(   2   2   0 )    WEIGHT:    2.

    MODES         EIGV          FREQUENCIES     IRREP
             (HARTREE**2)   (CM**-1)     (THZ)
    1-   2    0.2500E-05    343.0000   10.2830  (  2)
    3-   3    0.4500E-05    465.5000   13.9555  (  1)

"""
FACTS: dict[str, Any] = {
    "isotopic_masses": [55.95, 15.95, 15.95],
    "displacement": 0.003,
    "displaced_calculations": 8,
    "modes": 6,
    "imaginary_modes": 0,
    "negative_eigenvalues": 3,
    "frequency_min": -2.25,
    "frequency_max": 465.5,
    "vibrational_modes.1.ir_intensity": 12.5,
    "vibrational_modes.2.ir_intensity": None,
    "raman_intensities.0.parallel": 86.0,
    "dispersion.0.frequencies_cm1": [343.0, 343.0, 465.5],
    "dispersion.0.weight": 2.0,
}
