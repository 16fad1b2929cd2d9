"""Edits of a geometry whose effect is certain; the others are refused.

Symmetry gives way to an edit unless KEEPSYMM stands before it: runs of CRYSTAL09 without either
word say `` THE NUMBER OF SYMMETRY OPERATORS HAS BEEN REDUCED FROM 48 TO  4``. The program numbers
the atoms of an orbit, and the copies in a supercell, in an order of its own. So a number means
an atom where its orbit holds one. It may mean any of several for the first that is taken out or
exchanged, since all those crystals are the same; for the next one it may not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.structure.cell import Built, LargeCellError, with_atoms
from crystald.crystal.deck.text.geometry_words import EDITS
from crystald.crystal.deck.text.taking import Taker
from crystald.crystal.deck.text.tree import DeckText, Entry, Kind
from crystald.crystal.deck.text.values import system_of
from crystald.crystal.structures.soundness import ATOMS_MAX
from crystald.errors import DeckError
from crystald.units import CRYSTAL_BOHR_ANG

if TYPE_CHECKING:
    from numpy.typing import NDArray

HARMLESS: Final = frozenset(("ATOMORDE", "PURIFY", "PRIMITIV", "MOLSPLIT"))
"""Edits that leave the crystal as it is: another order or cell of the same atoms."""


class ImpossibleEditError(DeckError):
    """The edit can be made of no structure at all: the program stops, or makes nonsense."""


class _State:
    """Where a walk through the edits is.

    Attributes
    ----------
    unit
        Of coordinates.
    symmetric
        Whether an edit is applied to all equivalent atoms.
    named
        Whether a number means one certain atom where no orbits are known: a file numbers its own.
    marked
        Whether atoms that were equivalent no longer are.
    framed
        Whether the Cartesian axes are the program's.
    """

    def __init__(self, cell: Built) -> None:
        self.unit = "ANGSTROM"
        self.symmetric = self.marked = False
        self.named = True
        self.framed = cell.orbits is None or _is_orthogonal(cell)


def _is_orthogonal(cell: Built) -> bool:
    import numpy as np

    metric = cell.conventional @ cell.conventional.T
    return bool(np.abs(metric - np.diag(np.diag(metric))).max() < 1e-6)


def edited(cell: Built, deck: DeckText) -> Built:
    """Apply the edits of a deck to its cell, in their order.

    Raises
    ------
    ImpossibleEditError
        One of them can be made of no structure; the line is named.
    LargeCellError
        One of them makes too many atoms.
    DeckError
        One of them does what only the program knows.
    """
    state, system = _State(cell), system_of(deck)
    for entry in deck.geometry.entries:
        if entry.kind is Kind.KEYWORD and entry is not system:
            cell = _apply(cell, entry, state)
    return cell


def _apply(cell: Built, entry: Entry, state: _State) -> Built:
    if entry.keyword in ("ANGSTROM", "BOHR", "FRACTION"):
        state.unit = entry.keyword
    elif entry.keyword in ("KEEPSYMM", "BREAKSYM"):
        state.symmetric = entry.keyword == "KEEPSYMM"
    elif entry.keyword in ("MODISYMM", "SYMMREMO"):
        state.marked = True
    elif entry.keyword in _APPLIED:
        if entry.missing:
            raise _impossible(entry, f"{entry.missing} lacks")
        return _APPLIED[entry.keyword](cell, entry, state)
    elif entry.keyword in EDITS - HARMLESS:
        raise _refusal(entry, "what it makes of the structure only the program knows")
    return cell


def _refusal(entry: Entry, why: str) -> DeckError:
    return DeckError(_said(entry, why), "Take the geometry from the output, or from fort.34.")


def _impossible(entry: Entry, why: str) -> ImpossibleEditError:
    return ImpossibleEditError(_said(entry, why), "Correct its records, or take it out.")


def _said(entry: Entry, why: str) -> str:
    return f"line {entry.head.number}: {entry.keyword}: {why}"


def _supercell(cell: Built, entry: Entry, state: _State) -> Built:
    import numpy as np

    order = cell.dimension
    if len(entry.numbers) < order * order:
        raise _impossible(entry, f"a matrix of {order} rows belongs here")
    matrix = np.eye(3)
    matrix[:order, :order] = np.array(entry.numbers[: order * order]).reshape(order, order)
    base = cell.conventional if entry.keyword == "SUPERCON" else cell.lattice
    enlarged = _repeated(cell, matrix @ base, entry)
    state.named = state.named and len(enlarged.numbers) == len(cell.numbers)
    return enlarged


def _repeated(cell: Built, lattice: NDArray[Any], entry: Entry) -> Built:
    """Fill larger lattice vectors with copies of a cell."""
    import numpy as np

    inside = lattice @ np.linalg.inv(cell.lattice)
    count = round(abs(float(np.linalg.det(inside))))
    if count < 1 or np.abs(inside - np.rint(inside)).max() > 1e-6:
        raise _impossible(entry, "it is no matrix of whole numbers with a volume")
    if count * len(cell.numbers) > ATOMS_MAX:
        many = f"{count * len(cell.numbers)} atoms are too many to be looked at"
        raise LargeCellError(_said(entry, many), "Look at the matrix; take a smaller supercell.")
    steps = np.array(list(_steps(np.rint(inside).astype(int).tolist())), dtype=float)
    positions = (cell.positions[:, None, :] + (steps @ cell.lattice)[None, :, :]).reshape(-1, 3)
    numbers = tuple(number for number in cell.numbers for _ in range(count))
    folded = _folded(positions, lattice, cell.dimension)
    enlarged = with_atoms(cell, numbers, folded) if count > 1 else replace(cell, positions=folded)
    return replace(enlarged, lattice=lattice, conventional=lattice)


def _steps(matrix: list[list[int]]) -> Iterator[tuple[int, ...]]:
    """Give one lattice point of each class modulo the rows of a matrix of whole numbers."""
    return product(*(range(abs(row[axis])) for axis, row in enumerate(_triangular(matrix))))


def _triangular(matrix: list[list[int]]) -> list[list[int]]:
    """Bring rows into upper triangular form by whole steps, which leaves their lattice as it is."""
    rows = [list(row) for row in matrix]
    for axis in range(3):
        for below in range(axis + 1, 3):
            while rows[below][axis]:
                times = rows[axis][axis] // rows[below][axis]
                rest = [a - times * b for a, b in zip(rows[axis], rows[below], strict=True)]
                rows[axis], rows[below] = rows[below], rest
    return rows


def _folded(positions: NDArray[Any], lattice: NDArray[Any], dimension: int) -> NDArray[Any]:
    import numpy as np

    fractions = positions @ np.linalg.inv(lattice)
    fractions[:, :dimension] -= np.floor(fractions[:, :dimension] + 1e-9)
    return np.asarray(fractions @ lattice)


def _chosen(cell: Built, label: float, entry: Entry, state: _State) -> list[int]:
    """Find the atoms (from 0) that an edit of the atom `label` (from 1) is applied to."""
    index = _index(cell, label, entry)
    if state.symmetric:
        return _orbit(cell, index, entry, state)
    if not _is_alone(cell, index, state):
        if state.marked:
            raise _refusal(entry, f"which of its like atom {index + 1} is only the program knows")
        state.marked = True
    return [index]


def _index(cell: Built, label: float, entry: Entry) -> int:
    if not 1 <= int(label) <= len(cell.numbers):
        raise _impossible(entry, f"there is no atom {int(label)} among {len(cell.numbers)}")
    return int(label) - 1


def _orbit(cell: Built, index: int, entry: Entry, state: _State) -> list[int]:
    """Find the atoms equivalent to one."""
    if cell.orbits is None or (state.marked and not _is_alone(cell, index, state)):
        raise _refusal(entry, f"which atoms are equivalent to {index + 1} is not known here")
    return [i for i, owner in enumerate(cell.orbits) if owner == cell.orbits[index]]


def _is_alone(cell: Built, index: int, state: _State) -> bool:
    """Tell whether a number means one atom: it has no equivalent ones, or a file numbers them."""
    if cell.orbits is None:
        return state.named
    return cell.orbits.count(cell.orbits[index]) == 1


def _remove(cell: Built, entry: Entry, state: _State) -> Built:
    import numpy as np

    gone = {i for label in entry.numbers[1:] for i in _chosen(cell, label, entry, state)}
    kept = [i for i in range(len(cell.numbers)) if i not in gone]
    orbits = tuple(cell.orbits[i] for i in kept) if cell.orbits is not None else None
    numbers = tuple(cell.numbers[i] for i in kept)
    return replace(cell, numbers=numbers, positions=np.asarray(cell.positions[kept]), orbits=orbits)


def _substitute(cell: Built, entry: Entry, state: _State) -> Built:
    numbers = list(cell.numbers)
    pairs = entry.numbers[1:]
    for label, number in zip(pairs[::2], pairs[1::2], strict=False):
        for i in _chosen(cell, label, entry, state):
            numbers[i] = int(number)
    return replace(cell, numbers=tuple(numbers))


def _insert(cell: Built, entry: Entry, state: _State) -> Built:
    import numpy as np

    if state.marked or (state.symmetric and not _asymmetric(cell)):
        raise _refusal(entry, "where it and its images go is not known here")
    rows = _rows_of_four(entry)
    places = [_cartesian(np.array(row[1:]), cell, entry, state) for row in rows]
    numbers = (*cell.numbers, *(int(row[0]) for row in rows))
    state.named = all(_is_alone(cell, i, state) for i in range(len(cell.numbers)))
    state.marked = not state.named
    return with_atoms(cell, numbers, np.vstack([cell.positions, *places]))


def _displace(cell: Built, entry: Entry, state: _State) -> Built:
    import numpy as np

    positions = cell.positions.copy()
    for label, *moved in _rows_of_four(entry):
        index = _index(cell, label, entry)
        if (state.symmetric and not _asymmetric(cell)) or not _is_alone(cell, index, state):
            raise _refusal(entry, f"which of its like atom {index + 1} is only the program knows")
        positions[index] += _cartesian(np.array(moved), cell, entry, state)
    return replace(cell, positions=positions)


def _rows_of_four(entry: Entry) -> list[tuple[float, ...]]:
    """Read an atom and three coordinates as often as the count above them says."""
    taker = Taker(entry.records)
    return [taker.numbers(4) for _ in range(int(taker.numbers(1)[0]))]


def _asymmetric(cell: Built) -> bool:
    """Tell whether every orbit holds one atom, so that nothing has an image."""
    return cell.orbits is not None and len(set(cell.orbits)) == len(cell.orbits)


def _cartesian(values: NDArray[Any], cell: Built, entry: Entry, state: _State) -> NDArray[Any]:
    import numpy as np

    if state.unit != "FRACTION" and not state.framed:
        raise _refusal(entry, "how the program lays its axes is not known here")
    if state.unit == "BOHR":
        return np.asarray(values * CRYSTAL_BOHR_ANG)
    if state.unit == "ANGSTROM":
        return values
    scale = np.eye(3)
    scale[: cell.dimension] = cell.lattice[: cell.dimension]
    return np.asarray(values @ scale)


def _strain(cell: Built, entry: Entry, _state: _State) -> Built:
    """ELASTIC -2 with the same strain along all periodic directions: every length grows by it.

    Other deformations depend on how the program lays its axes, or are scaled by it to keep the
    volume (a positive first number).
    """
    import numpy as np

    order = cell.dimension
    strain = np.array(entry.numbers[1 : 1 + order * order]).reshape(order, order)
    share = float(strain[0, 0])
    if entry.numbers[0] != -2 or not np.allclose(strain, share * np.eye(order)):
        raise _refusal(entry, "only ELASTIC -2 with one strain for all directions is certain here")
    scale = np.ones((3, 1))
    scale[:order] += share
    fractions = cell.positions @ np.linalg.inv(cell.lattice)
    lattice = cell.lattice * scale
    return replace(
        cell,
        lattice=lattice,
        conventional=cell.conventional * scale,
        positions=np.asarray(fractions @ lattice),
    )


_APPLIED: Final[dict[str, Callable[[Built, Entry, _State], Built]]] = {
    "SUPERCEL": _supercell,
    "SUPERCON": _supercell,
    "ELASTIC": _strain,
    "ATOMREMO": _remove,
    "ATOMSUBS": _substitute,
    "ATOMINSE": _insert,
    "ATOMDISP": _displace,
}
"""Keyword -> what it does to a cell."""
