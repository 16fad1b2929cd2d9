"""The point groups of molecules as CRYSTAL counts them, as far as their operations are known.

Its list has 47 entries. Outputs seen: 1 (C1) and 15 (``MM2 OR C2V``: the twofold axis along z, the
mirror planes xz and yz, as its operators are printed). No text at hand says which orientation of
the axes the others mean.
"""

from __future__ import annotations

from typing import Final

POINT_GROUPS: Final = {1: "P 1", 15: "P m m 2"}
"""CRYSTAL's number -> the space group whose rotations are its operations."""

SYMBOLS: Final = {1: "C1", 15: "C2v"}
"""What they are called."""
