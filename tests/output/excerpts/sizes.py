"""The line that tells how many atoms a table has."""

from __future__ import annotations

SIZES = " N. OF ATOMS PER CELL         2  COULOMB OVERLAP TOL         (T1) 10**   -7\n"
