"""Elastic constants, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 ELASTIC PROPERTIES AT PRESSURE (GPa) =   8.000

 SYMMETRIZED ELASTIC CONSTANTS FOR HEXAGONAL    CASE, IN GPa

 |    40.500   41.500   37.500    0.000    0.000    0.000 |
 |             49.500   28.500    0.000    0.000    0.000 |
 |                      51.500    0.000    0.000    0.000 |
 |                                9.500    0.000    0.000 |
 |                                        13.500    0.000 |
 |                                                 12.500 |

 ELASTIC MODULI (COMPLIANCE TENSOR), IN TPa^-1

 |  659.2500-404.2500-249.7500   0.0000   0.0000   0.0000 |
 |           277.2500 137.2500   0.0000   0.0000   0.0000 |
 |                    122.7500   0.0000   0.0000   0.0000 |
 |                             105.2500   0.0000   0.0000 |
 |                                       75.5000   0.0000 |
 |                                                77.2500 |

 BULK MODULUS K, SHEAR MODULUS G, YOUNG MODULUS E AND
 POISSON RATIO v (ALL IN GPa) ACCORDING TO VOIGT-REUSS-HILL

    K_V     G_V     K_R     G_R     K_H     G_H    E_H      v_H

 -122.50-1070.00   39.50    2.00   39.50    5.50   16.50   0.425

         CONDITION                                    SATISFIED?

    C11 - C12 > 0                                        NO

    C44 > 0                                              YES

 SEISMIC VELOCITIES BY CHRISTOFFEL EQUATION (km/s)

       WAVE VECTOR                Vp        Vs1       Vs2

 [ 0.000  0.000  1.000]          3.650     1.150     1.125

 BULK MODULUS (GPa)

 K =      39.50

 ELASTIC DATA FOR DIFFERENT NUMBER OF POINTS AND ORDER OF FIT

 ELASTIC MODULI (COMPLIANCE TENSOR), IN TPa^-1

 |    1.0000 |

"""
FACTS: dict[str, Any] = {
    "elastic_tensor.1": [41.5, 49.5, 28.5, 0.0, 0.0, 0.0],
    "compliance_tensor.0": [659.25, -404.25, -249.75, 0.0, 0.0, 0.0],
    "bulk_modulus_voigt": -122.5,
    "shear_modulus_voigt": -1070.0,
    "poisson_ratio_hill": 0.425,
    "mechanically_stable": False,
    "seismic_velocities.0.vs2_km_s": 1.125,
    "bulk_modulus": 39.5,
    "elastic_pressure": 8.0,
}
