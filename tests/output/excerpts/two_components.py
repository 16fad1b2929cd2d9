"""Spinors and their magnetisation, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 - NUMBER OF FULLY OCCUPIED/TOTAL SPINORS -    12 /     70
 TOTAL X-COMP MAGNETIZATION    0.25000000
 TOTAL Y-COMP MAGNETIZATION   -0.12500000
 TOTAL Z-COMP MAGNETIZATION    1.75000000
"""
FACTS: dict[str, Any] = {
    "spinors": 70,
    "occupied_spinors": 12,
    "magnetisation_x": 0.25,
    "magnetisation_y": -0.125,
    "magnetisation_z": 1.75,
}
