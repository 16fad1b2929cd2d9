"""Maps and grids, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 N. OF POINTS IN THE GRID :               2500
    ALPHA+BETA ELECTRONS DENSITY - VALMIN  2.7500E-03 VALMAX  1.9500E+02
    X-COMP X S-CURR DENS   J^x_x - VALMIN -1.2500E-05 VALMAX  4.7500E-04
 3D DENSITY, GRID IS 100*120*646
"""
FACTS: dict[str, Any] = {
    "map_points": 2500,
    "map_ranges.0": {
        "quantity": "ALPHA+BETA ELECTRONS DENSITY",
        "lowest": 2.75e-3,
        "highest": 195.0,
    },
    "map_ranges.1.quantity": "X-COMP X S-CURR DENS J^x_x",
    "map_ranges.1.lowest": -1.25e-5,
    "grid_of_cube": [100, 120, 646],
}
