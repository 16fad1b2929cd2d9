"""Response, as the programs print them."""

from __future__ import annotations

from typing import Any

from output.excerpts.sizes import SIZES

TEXT = (
    SIZES
    + """\
 POLARIZABILITY (ALPHA), DIELECTRIC (EPSILON) AND FIRST-ORDER ELECTRIC
 SUSCEPTIBILITY (CHI(1)) TENSORS (INDEPENDENT COMPONENTS)

  FR.(eV) COMP.   ALPHA(Re,Im)           EPSILON(Re,Im)                CHI(1)
  0.000   XX      82.2500       0.0000       1.9500       0.0000       0.9500
  0.000   XY      -1.2500       0.0000      -0.0500       0.0000      -0.0500

 DIELECTRIC TENSOR

 TENSOR IN PRINCIPAL AXES SYSTEM
 AA  1.900000E+00 BB  1.950000E+00 CC  2.000000E+00

 REFRACTIVE INDICES
 AA  1.400000E+00 BB  1.450000E+00 CC  1.500000E+00

 ATOMIC BORN CHARGE TENSOR (UNITS OF e, ELECTRON CHARGE).
 DYNAMIC CHARGE = 1/3 * TRACE .

 ATOM   1 MG DYNAMIC CHARGE     1.850000

              1           2           3
   1     1.8500E+00  0.0000E+00  1.5000E-02
   2     1.5000E-02  1.8500E+00 -2.5000E-01
   3     0.0000E+00  0.0000E+00  1.8500E+00

 ATOM   2 O  DYNAMIC CHARGE    -1.850000

              1           2           3
   1    -1.8500E+00  0.0000E+00 -1.5000E-02
   2    -1.5000E-02 -1.8500E+00  2.5000E-01
   3     0.0000E+00  0.0000E+00 -1.8500E+00

 SUM TENSOR OF THE VIBRATIONAL CONTRIBUTIONS TO THE STATIC DIELECTRIC     TENSOR

           0.33000    0.00000    0.00000
           0.00000    0.33000   -0.01000
           0.00000   -0.01000    0.33000

 HIGH FREQUENCY DIELECTRIC     TENSOR (FROM INPUT)

           2.01500    0.00000    0.00000
           0.00000    2.01500    0.00000
           0.00000    0.00000    2.07500

 STATIC DIELECTRIC     TENSOR

           2.34500    0.00000    0.00000
           0.00000    2.34500   -0.01000
           0.00000   -0.01000    2.40500

"""
)
FACTS: dict[str, Any] = {
    "polarisability.1": {
        "field_ev": 0.0,
        "component": "XY",
        "alpha": -1.25,
        "epsilon": -0.05,
    },
    "dielectric_constants": [1.9, 1.95, 2.0],
    "refractive_indices": [1.4, 1.45, 1.5],
    "born_charges.1.tensor.1": [-0.015, -1.85, 0.25],
    "vibrational_dielectric_tensor.1": [0.0, 0.33, -0.01],
    "high_frequency_dielectric_tensor.2": [0.0, 0.0, 2.075],
    "static_dielectric_tensor.1": [0.0, 2.345, -0.01],
}
