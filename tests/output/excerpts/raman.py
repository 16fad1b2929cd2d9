"""Raman intensities of a powder and of a single crystal."""

from __future__ import annotations

from typing import Any

TEXT = """\
  POLYCRYSTALLINE ISOTROPIC INTENSITIES (ARBITRARY UNITS)

    MODES    FREQUENCIES           I_tot     I_par    I_perp
  ----------------------------------------------------------------
    4-   5       80.2500 (E2 )    150.00     86.00     64.00
    7-   7      390.5000 (A  )   1000.00    980.00     20.00

  --
  SINGLE CRYSTAL DIRECTIONAL INTENSITIES (ARBITRARY UNITS)

    MODES    FREQUENCIES          I_xx    I_xy    I_xz    I_yy    I_yz    I_zz
  ----------------------------------------------------------------------------
    4-   5       80.2500 (E2 )  160.50  161.25    0.00  162.00    0.00    0.00
    7-   7      390.5000 (A  )  999.75    0.00    0.00 1000.00    0.25  240.50

"""
FACTS: dict[str, Any] = {
    "raman_intensities.0.parallel": 86.0,
    "raman_intensities.1": {
        "first": 7,
        "last": 7,
        "frequency_cm1": 390.5,
        "irrep": "A",
        "total": 1000.0,
        "parallel": 980.0,
        "perpendicular": 20.0,
    },
    "raman_directional_intensities.0.xy": 161.25,
    "raman_directional_intensities.1": {
        "first": 7,
        "last": 7,
        "frequency_cm1": 390.5,
        "irrep": "A",
        "xx": 999.75,
        "xy": 0.0,
        "xz": 0.0,
        "yy": 1000.0,
        "yz": 0.25,
        "zz": 240.5,
    },
}
