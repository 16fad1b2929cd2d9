"""From a chain along x to the asymmetric unit in CRYSTAL's setting of its rod group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from crystald.crystal.deck.geometry.averaging import averaged
from crystald.crystal.deck.geometry.chain import LOOSE, Chain, Motions, chain_of, motions_of
from crystald.crystal.deck.geometry.form import RodGroups, StandardForm
from crystald.crystal.deck.geometry.operations import rod_operations
from crystald.crystal.deck.geometry.orbits import asymmetric_unit, find_orbits
from crystald.crystal.deck.geometry.parameters import parameters_of
from crystald.crystal.deck.geometry.plain import without_symmetry
from crystald.crystal.deck.geometry.rods import KNOWN, SEEN, rod_symbol
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class _Fit:
    """A rod group that is in a chain.

    Attributes
    ----------
    group
        CRYSTAL's number.
    turn
        Angle from the chain's y to the group's (radians).
    origin
        Along x, in fractions.
    positions
        Atoms on the group's axes, where the group has them.
    """

    group: int
    turn: float
    origin: float
    positions: NDArray[Any]


def standard_polymer(
    structure: Structure, symprec_ang: float, rod_groups: RodGroups = "safe"
) -> StandardForm:
    """Find the rod group of a chain and bring it into CRYSTAL's setting.

    Parameters
    ----------
    structure
        Its lattice vector along x.
    symprec_ang
        Tolerance of the search.
    rod_groups
        Which groups may be written.
    """
    chain = chain_of(structure, symprec_ang)
    motions = motions_of(chain, symprec_ang)
    part = _fitted(chain, motions, symprec_ang, SEEN)
    if _is_linear(chain, symprec_ang) and part.group > 1:
        return _form(structure, chain, part)
    whole = _fitted(chain, motions, symprec_ang, KNOWN)
    written = whole if rod_groups == "full" or whole.group in SEEN else part
    form = _form(structure, chain, written)
    notes = _notes(whole.group, written.group, len(motions))
    return replace(form, notes=(*notes, *form.notes))


def _notes(whole: int, written: int, count: int) -> tuple[str, ...]:
    """Tell a group of which a part is written, and operations that no known group has."""
    notes = []
    if written != whole:
        part = "group 1" if written == 1 else f"{_named(written)}, a part of it,"
        why = "no output was seen that shows its operations (rod_groups: full writes it)"
        notes.append(f"rod group {_named(whole)} is found; {part} is written, because {why}")
    if count > len(rod_operations(whole)[0]):
        more = f"the chain has more symmetry than rod group {_named(whole)}"
        notes.append(f"{more}, but no group whose operations are known has more of it")
    return tuple(notes)


def _named(group: int) -> str:
    return f"{rod_symbol(group)} (number {group})"


def _fitted(chain: Chain, motions: Motions, symprec_ang: float, groups: tuple[int, ...]) -> _Fit:
    """Find the largest of some groups that is in a chain, turned and moved as little as may be."""
    sizes = {group: len(rod_operations(group)[0]) for group in groups}
    for size in sorted({*sizes.values()}, reverse=True):
        ways = [
            (abs(round(turn, 6)), min(origin, 1 - origin), group, turn, origin)
            for group in groups
            if sizes[group] == size and size <= _most(chain, motions, symprec_ang)
            for turn, origin in _ways(chain, motions, symprec_ang, group)
        ]
        for *_, group, turn, origin in sorted(ways):
            positions = _on_axes(chain, turn, origin)
            cell = (positions, chain.numbers, chain.lattice)
            ideal = averaged(cell, rod_operations(group), 1, symprec_ang)
            if ideal is not None:
                return _Fit(group, turn, origin, ideal)
    return _Fit(1, 0.0, 0.0, chain.positions)


def _is_linear(chain: Chain, symprec_ang: float) -> bool:
    return chain.radius_ang < 10 * symprec_ang


def _most(chain: Chain, motions: Motions, symprec_ang: float) -> int:
    return 99 if _is_linear(chain, symprec_ang) else len(motions)


@cache
def _motions(group: int) -> Motions:
    """Take the operations of a rod group apart."""
    import numpy as np

    rotations, translations = rod_operations(group)
    plane = rotations[:, 1:, 1:]
    return Motions(
        np.rint(rotations[:, 0, 0]),
        np.rint(np.linalg.det(plane)),
        np.arctan2(plane[:, 1, 0], plane[:, 0, 0]),
        translations[:, 0],
    )


def _ways(
    chain: Chain, motions: Motions, symprec_ang: float, group: int
) -> list[tuple[float, float]]:
    """List the turns and origins at which all operations of a group are among those of a chain."""
    wanted = _motions(group)
    return [
        (turn, origin)
        for turn in _turns(chain, motions, symprec_ang, wanted)
        for origin in _origins(chain, motions, symprec_ang, _moved(wanted, turn, 0.0))
        if _are_among(chain, motions, symprec_ang, _moved(wanted, turn, origin))
    ]


def _turns(chain: Chain, motions: Motions, symprec_ang: float, wanted: Motions) -> list[float]:
    """List the angles that turn a mirror line of the group onto one of the chain."""
    import numpy as np

    lines = wanted.angle[wanted.proper < 0]
    if not len(lines) or _is_linear(chain, symprec_ang):
        return [0.0]
    turns = (motions.angle[motions.proper < 0] - lines[0]) / 2
    turns -= np.pi * np.ceil(turns / np.pi - 0.5 - 1e-9)
    return sorted({round(float(turn), 9) for turn in turns})


def _origins(chain: Chain, motions: Motions, symprec_ang: float, wanted: Motions) -> list[float]:
    """List the points that an operation which turns the chain over may be referred to."""
    over = wanted.turn_over < 0
    if not over.any():
        return [0.0]
    same = _alike(chain, motions, symprec_ang, wanted)[over][0]
    steps = motions.step[same] - wanted.step[over][0]
    return sorted({round(float(step / 2 + half), 9) % 1.0 for step in steps for half in (0, 0.5)})


def _moved(wanted: Motions, turn: float, origin: float) -> Motions:
    """Write operations on the axes of the chain."""
    return Motions(
        wanted.turn_over,
        wanted.proper,
        wanted.angle + (wanted.proper < 0) * 2 * turn,
        wanted.step + (1 - wanted.turn_over) * origin,
    )


def _are_among(chain: Chain, motions: Motions, symprec_ang: float, wanted: Motions) -> bool:
    """Tell whether each of some operations is one of a chain's."""
    import numpy as np

    steps = wanted.step[:, None] - motions.step[None, :]
    near = np.abs(steps - np.rint(steps)) * chain.lattice[0, 0] < 2 * LOOSE * symprec_ang
    return bool((near & _alike(chain, motions, symprec_ang, wanted)).any(axis=1).all())


def _alike(chain: Chain, motions: Motions, symprec_ang: float, wanted: Motions) -> NDArray[Any]:
    """Find the operations of a chain (columns) that differ from some (rows) in their step only."""
    import numpy as np

    same = wanted.turn_over[:, None] == motions.turn_over[None, :]
    if _is_linear(chain, symprec_ang):
        return np.asarray(same)
    same &= wanted.proper[:, None] == motions.proper[None, :]
    turns = (wanted.angle[:, None] - motions.angle[None, :]) / (2 * np.pi)
    away = np.abs(turns - np.rint(turns)) * 2 * np.pi
    return np.asarray(same & (away * chain.radius_ang < 4 * LOOSE * symprec_ang))


def _axes(turn: float) -> NDArray[Any]:
    """Give the matrix that carries coordinates of the chain to those of the group."""
    import numpy as np

    cosine, sine = np.cos(turn), np.sin(turn)
    return np.array([[1.0, 0.0, 0.0], [0.0, cosine, sine], [0.0, -sine, cosine]])


def _on_axes(chain: Chain, turn: float, origin: float) -> NDArray[Any]:
    import numpy as np

    return np.asarray((chain.positions - (origin, 0.0, 0.0)) @ _axes(turn).T)


def _form(structure: Structure, chain: Chain, fit: _Fit) -> StandardForm:
    import numpy as np

    if fit.group == 1:
        return without_symmetry(structure)
    operations = rod_operations(fit.group)
    orbits = find_orbits(fit.positions, chain.numbers, operations, 1)
    way = _axes(fit.turn) @ np.diag([float(chain.times), 1.0, 1.0])
    moved = _axes(fit.turn) @ np.array([fit.origin, *chain.middle_ang])
    return StandardForm(
        group=fit.group,
        symbol=rod_symbol(fit.group),
        parameters=parameters_of(chain.lattice),
        atoms=asymmetric_unit(fit.positions, chain.numbers, orbits, operations, 1),
        atoms_in_cell=len(chain.numbers),
        atoms_in_primitive=len(chain.numbers),
        rotation=tuple((float(r[0]), float(r[1]), float(r[2])) for r in way),
        shift=(-float(moved[0]), -float(moved[1]), -float(moved[2])),
        kind="POLYMER",
    )
