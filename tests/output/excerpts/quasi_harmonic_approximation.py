"""Quasi-harmonic approximation, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
    T (K)    ALPHA (1/K)    GRUNEISEN   Cp-Cv (J/mol*K)

    10.00     0.45000E-12       1.650        0.0000
    22.00     0.95000E-08       1.665        0.0000

    T (K)    V (Ang^3)    Bt (GPa)     ALPHA (1/K) Cp-Cv (J/mol*K) Bs (GPa) Sp-Sv (J/mol*K)

    10.00     267.4000     225.400     0.00000E+00       0.000     225.400       0.000

    T (K)    V (Ang^3)    P (GPa)        F (Ha/cell)           G (Ha/cell)

    10.00     256.850       9.850    -0.4263350000001E+04   -0.4262750000001E+04

"""
FACTS: dict[str, Any] = {
    "gruneisen.1": {
        "temperature_k": 22.0,
        "expansion_per_k": 9.5e-9,
        "gruneisen": 1.665,
        "cp_minus_cv_j_mol_k": 0.0,
    },
    "quasi_harmonic.0.volume_ang3": 267.4,
    "pressure_volume.0.gibbs_ha": -4262.750000001,
}
