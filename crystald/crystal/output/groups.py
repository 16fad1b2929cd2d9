"""The group of symmetry, as named and by its number of operators."""

from __future__ import annotations

import re

from crystald.crystal.output.block import Reader
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_GROUP = re.compile(r"\s*(SPACE|TWO-SIDED PLANE|POLYMER|POINT) +GROUP +([^:]*):(.*)")
_KINDS = {"SPACE": "space", "TWO-SIDED PLANE": "layer", "POLYMER": "rod", "POINT": "point"}
_LABELS = "labels_of_atoms"
_PERIODIC = {"space": 3, "layer": 2, "rod": 1, "point": 0}


def read_group(line: str, lines: Lines, out: Output) -> None:
    """Read `` SPACE GROUP (CENTROSYMMETRIC)        :  F D 3 M``.

    Also `` TWO-SIDED PLANE GROUP N. 77          :  P 6 M M``, `` POLYMER GROUP N. 28                  :
    P 2/M 2/M 2/M``, `` POINT  GROUP  N. 15   :  MM2    OR
    C2V`` and, of a geometry from a file, `` SPACE  GROUP  N.                     :  123``.
    """
    if out.group_kind is not None or not (found := _GROUP.match(line)):
        return
    kind, left, symbol = found[1], found[2], " ".join(found[3].split())
    out.group_kind = _KINDS[kind]
    number = symbol if symbol.isdigit() else left.partition("N.")[2].strip()
    out.group_number = int(number) if number.isdigit() else None
    out.lines["group"] = lines.number
    if out.group_kind == "point":
        out.point_group_symbol = symbol.partition(" OR ")[2].strip() or symbol
    elif symbol and not symbol.isdigit():
        out.space_group_symbol = symbol
        out.lines["space_group"] = lines.number


def read_labels(line: str, lines: Lines, out: Output) -> None:
    """Read `` REDUCTION OF SYMMETRY - ATOMIC LABELS SET TO (ATOM, AT. N., LABEL)``, of MODISYMM."""
    if "ATOMIC LABELS SET" in line:
        out.lines[_LABELS] = lines.number


def read_reduction(line: str, lines: Lines, out: Output) -> None:
    """Read `` THE NUMBER OF SYMMETRY OPERATORS HAS BEEN REDUCED FROM 48 TO  4``.

    Below the geometry it tells of displaced atoms, of frequencies; below labels, of the same
    crystal with less symmetry used. Else an edit has broken the symmetry of the deck's group, and
    which group is left is not printed.
    """
    if "SYMMETRY OPERATORS HAS BEEN REDUCED" not in line or out.geometry is not None:
        return
    if values := floats(line):
        out.n_symmetry_operators = int(values[-1])
        out.lines["symmetry_operators"] = lines.number
    if out.lines.pop(_LABELS, None) is None:
        _forget(out)


def _forget(out: Output) -> None:
    out.group_kind = out.group_number = None
    out.space_group_symbol = out.point_group_symbol = None
    for name in ("group", "space_group"):
        out.lines.pop(name, None)


def read_operators(line: str, lines: Lines, out: Output) -> None:
    """Read `` NUMBER OF SYMMETRY OPERATORS         :   48``."""
    values = floats(line.partition(":")[2])
    if "SYMMETRY OPERATORS" in line and values:
        out.n_symmetry_operators = int(values[0])
        out.lines["symmetry_operators"] = lines.number


def settle(out: Output) -> None:
    """Forget the group of what a slab was cut from, or a tube rolled of: it has another."""
    periodic = _PERIODIC.get(out.group_kind or "")
    if out.dimensionality is not None and periodic not in (None, out.dimensionality):
        _forget(out)


READERS: dict[str, tuple[Reader, ...]] = {
    "SPACE": (read_group,),
    "TWO-SIDED": (read_group,),
    "POINT": (read_group,),
    "POLYMER": (read_group,),
    "NUMBER": (read_operators,),
    "REDUCTION": (read_labels,),
    "THE": (read_reduction,),
}
