"""Space groups by CRYSTAL's rules for the record ``IFLAG IFHR IFSO``, from gemmi's tables.

IFLAG 0 means a number in the standard setting, 1 a symbol. IFSO 0 takes the second origin of the
International Tables where two exist (inversion at the origin), 1 the first. Rhombohedral groups
stand on hexagonal axes with IFHR 0 and on rhombohedral ones with IFHR 1.
"""

from __future__ import annotations

import dataclasses
import functools

import gemmi
import numpy as np
from numpy.typing import NDArray

from crystal_standin.events import RefusalError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HALF = 0.5
_THIRD = 1.0 / 3.0

# Rows: primitive vectors in terms of the conventional ones; the code is CRYSTAL's centring code.
_CENTRINGS: dict[str, tuple[int, list[list[float]]]] = {
    "P": (1, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    "A": (2, [[1, 0, 0], [0, _HALF, -_HALF], [0, _HALF, _HALF]]),
    "B": (3, [[_HALF, 0, -_HALF], [0, 1, 0], [_HALF, 0, _HALF]]),
    "C": (4, [[_HALF, _HALF, 0], [-_HALF, _HALF, 0], [0, 0, 1]]),
    "F": (5, [[0, _HALF, _HALF], [_HALF, 0, _HALF], [_HALF, _HALF, 0]]),
    "I": (6, [[-_HALF, _HALF, _HALF], [_HALF, -_HALF, _HALF], [_HALF, _HALF, -_HALF]]),
    "R": (
        7,
        [[2 * _THIRD, _THIRD, _THIRD], [-_THIRD, _THIRD, _THIRD], [-_THIRD, -2 * _THIRD, _THIRD]],
    ),
}

_CLASSES = {
    "1": "TRICLINIC PEDIAL", "-1": "TRICLINIC PINACOIDAL", "2": "MONOCLINIC SPHENOIDAL",
    "m": "MONOCLINIC DOMATIC", "2/m": "MONOCLINIC PRISMATIC", "222": "RHOMBIC DISPHENOIDAL",
    "mm2": "RHOMBIC PYRAMIDAL", "mmm": "RHOMBIC DIPYRAMIDAL", "4": "TETRAGONAL PYRAMIDAL",
    "-4": "TETRAGONAL DISPHENOIDAL", "4/m": "TETRAGONAL DIPYRAMIDAL",
    "422": "TETRAGONAL TRAPEZOHEDRAL", "4mm": "DITETRAGONAL PYRAMIDAL",
    "-42m": "TETRAGONAL SCALENOHEDRAL", "4/mmm": "DITETRAGONAL DIPYRAMIDAL",
    "3": "TRIGONAL PYRAMIDAL", "-3": "TRIGONAL RHOMBOHEDRAL", "32": "TRIGONAL TRAPEZOHEDRAL",
    "3m": "DITRIGONAL PYRAMIDAL", "-3m": "DITRIGONAL SCALENOHEDRAL", "6": "HEXAGONAL PYRAMIDAL",
    "-6": "TRIGONAL DIPYRAMIDAL", "6/m": "HEXAGONAL DIPYRAMIDAL",
    "622": "HEXAGONAL TRAPEZOHEDRAL", "6mm": "DIHEXAGONAL PYRAMIDAL",
    "-6m2": "DITRIGONAL DIPYRAMIDAL", "6/mmm": "DIHEXAGONAL DIPYRAMIDAL",
    "23": "CUBIC TETRAHEDRAL-PENTAGONAL-DODECAHEDRAL", "m-3": "CUBIC DYAKISDODECAHEDRAL",
    "432": "CUBIC PENTAGONAL-ICOSITETRAHEDRAL", "-43m": "CUBIC HEXAKISTETRAHEDRAL",
    "m-3m": "CUBIC HEXAKISOCTAHEDRAL",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """A space group in the setting of a deck.

    Attributes
    ----------
    number : int
        1 to 230.
    symbol : str
        As CRYSTAL prints it, e.g. ``F M 3 M``.
    rotations, translations : (n, 3, 3) and (n, 3) float
        Operators without the centring, on conventional axes, for column vectors.
    primitive : (3, 3) float
        Rows: the primitive vectors in terms of the conventional ones.
    centring_code : int
        CRYSTAL's code: 1 P, 2 A, 3 B, 4 C, 5 F, 6 I, 7 R.
    family, crystal_class : str
        As CRYSTAL prints them.
    centrosymmetric, rhombohedral_axes : bool
        With an inversion; on axes with a = b = c.
    dimension : int
        Periodic directions: 3, or fewer (see ``layers``).
    """

    number: int
    symbol: str
    rotations: Floats
    translations: Floats
    primitive: Floats
    centring_code: int
    family: str
    crystal_class: str
    centrosymmetric: bool
    rhombohedral_axes: bool
    dimension: int = 3


@functools.cache
def _settings() -> dict[int, list[gemmi.SpaceGroup]]:
    table: dict[int, list[gemmi.SpaceGroup]] = {}
    for entry in gemmi.spacegroup_table():
        table.setdefault(entry.number, []).append(entry)
    return table


def by_number(number: int, ifhr: int, ifso: int) -> Group:
    """Return the standard setting of a group.

    Raises
    ------
    RefusalError
        No such number, or an origin that the group does not have.
    """
    settings = _settings().get(number)
    if not settings:
        raise RefusalError("CRYSTA", "SPACE GROUP NUMBER NOT ALLOWED", f"no space group {number}")
    reference = next(entry for entry in settings if entry.is_reference_setting())
    return _group(_other(settings, reference, ifhr, ifso))


def by_symbol(symbol: str, ifhr: int, ifso: int) -> Group:
    """Return the setting that a Hermann-Mauguin symbol names, as ``P 1 21/N 1``.

    Raises
    ------
    RefusalError
        gemmi's table does not have the symbol.
    """
    words = symbol.split()
    name = " ".join([words[0].upper(), *(word.lower() for word in words[1:])]) if words else ""
    found = [e for e in gemmi.spacegroup_table() if name in (e.hm, e.hm.replace("-", ""))]
    if not found:
        raise RefusalError("CRYSTA", "SPACE GROUP SYMBOL NOT ALLOWED", f"symbol {symbol!r}")
    reference = next((entry for entry in found if entry.ext in "2H"), found[0])
    return _group(_other(found, reference, ifhr, ifso))


def _other(
    settings: list[gemmi.SpaceGroup], reference: gemmi.SpaceGroup, ifhr: int, ifso: int
) -> gemmi.SpaceGroup:
    wanted = {("2", 1): "1", ("H", 1): "R"}
    key = (reference.ext, ifhr if reference.ext == "H" else ifso)
    if ifso not in (0, 1):
        raise RefusalError("CRYSTA", "SHIFT OF THE ORIGIN", "the stand-in knows IFSO 0 and 1 only")
    ext = wanted.get(key)
    if ext is None:
        return reference
    return next(e for e in settings if e.ext == ext and e.qualifier == reference.qualifier)


def _group(entry: gemmi.SpaceGroup) -> Group:
    operations = entry.operations()
    on_rhombohedral = entry.ext == "R"
    code, primitive = _CENTRINGS["P" if on_rhombohedral else entry.centring_type()]
    return Group(
        number=entry.number,
        symbol=_printed_symbol(entry),
        rotations=np.array([op.rot for op in operations.sym_ops], dtype=float) / op_denominator(),
        translations=np.array([op.tran for op in operations.sym_ops], dtype=float)
        / op_denominator(),
        primitive=np.array(primitive, dtype=float),
        centring_code=code,
        family=_family(entry),
        crystal_class=_CLASSES.get(entry.point_group_hm(), entry.point_group_hm().upper()),
        centrosymmetric=operations.is_centrosymmetric(),
        rhombohedral_axes=on_rhombohedral,
    )


def _printed_symbol(entry: gemmi.SpaceGroup) -> str:
    symbol = str(entry.hm).upper()
    return symbol.replace(" -3", " 3") if entry.number >= 195 else symbol


def centring(letter: str) -> tuple[int, Floats]:
    """Return CRYSTAL's code of a centring and the primitive vectors (rows, conventional ones)."""
    code, primitive = _CENTRINGS[letter]
    return code, np.array(primitive, dtype=float)


def op_denominator() -> int:
    """Return the denominator in which gemmi writes operators."""
    return int(gemmi.Op.DEN)


def _family(entry: gemmi.SpaceGroup) -> str:
    name = str(entry.crystal_system_str()).upper()
    return "HEXAGONAL" if name == "TRIGONAL" else name


def by_name(names: tuple[str, ...], minimal: tuple[float, ...], lattice: str) -> dict[str, float]:
    """Name the parameters of a minimal cell.

    Raises
    ------
    RefusalError
        The lattice wants another count of numbers.
    """
    if len(minimal) != len(names):
        wanted = f"{lattice} wants {' '.join(names)}, the deck has {len(minimal)} numbers"
        raise RefusalError("CRYSTA", "FORMAT ERROR IN INPUT DECK", wanted)
    return dict(zip(names, minimal, strict=True))


def cell_parameters(group: Group, minimal: tuple[float, ...]) -> tuple[float, ...]:
    """Complete CRYSTAL's minimal cell.

    Returns
    -------
    tuple of 6 floats
        a, b, c in Å, α, β, γ in degrees.

    Raises
    ------
    RefusalError
        The group wants another count of numbers.
    """
    given = by_name(minimal_names(group), minimal, f"space group {group.number}")
    a = given["a"]
    hexagonal = group.family == "HEXAGONAL" and not group.rhombohedral_axes
    alpha = given.get("alpha", 90.0)
    other = alpha if group.rhombohedral_axes else 90.0
    gamma = 120.0 if hexagonal else given.get("gamma", other)
    c = given.get("c", a)
    return (a, given.get("b", a), c, alpha, given.get("beta", other), gamma)


def minimal_names(group: Group) -> tuple[str, ...]:
    """Return which parameters the deck gives for a group, in their order."""
    if group.rhombohedral_axes:
        return ("a", "alpha")
    if group.family == "MONOCLINIC":
        return ("a", "b", "c", _unique_angle(group))
    return {
        "TRICLINIC": ("a", "b", "c", "alpha", "beta", "gamma"),
        "ORTHORHOMBIC": ("a", "b", "c"),
        "CUBIC": ("a",),
    }.get(group.family, ("a", "c"))


def _unique_angle(group: Group) -> str:
    """Find the axis that the twofold operator keeps (or turns around, for a mirror)."""
    for rotation in group.rotations:
        for axis, name in enumerate(("alpha", "beta", "gamma")):
            others = [i for i in range(3) if i != axis]
            if all(rotation[i, i] == -rotation[axis, axis] for i in others):
                return name
    return "beta"
