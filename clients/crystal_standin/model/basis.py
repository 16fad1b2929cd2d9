"""Atomic orbitals of a basis set: which shells each element has, and what each orbital is for.

The shells follow from rules of thumb (minimal, double zeta, triple zeta, polarisation), not from
the sets' real contents: counts are of the right size and depend on the set's name.
"""

from __future__ import annotations

import dataclasses
import functools

from crystal_standin.events import RefusalError
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model.elements import Element, element
from crystal_standin.reading.deck_basis import DeckBasis, DeckShell

AOS = {"S": 1, "SP": 4, "P": 3, "D": 5, "F": 7}
"""Orbitals per shell."""

_MOMENTS = {"S": (0,), "SP": (0, 1), "P": (1,), "D": (2,), "F": (3,)}
_NAMES = "SPDF"


@dataclasses.dataclass(frozen=True, slots=True)
class BasisSet:
    """A built-in set.

    Attributes
    ----------
    routine : str
        CRYSTAL's routine that loads it, named in its errors.
    zeta : int
        Copies of the valence shells.
    spans : tuple of (int, int)
        First and last atomic number of each run of elements that it has.
    traits : str
        Words: polarised, sp (s and p share exponents), potentials (effective core potentials
        beyond krypton).
    """

    routine: str
    zeta: int
    spans: tuple[tuple[int, int], ...]
    traits: str = ""


_ALL = ((1, 86),)
_MINIX = ((1, 80), (86, 86))
_REV2 = ((1, 35), (37, 53), (55, 56), (72, 84))

_SETS = {
    "STO-3G": BasisSet("init_sto3g", 1, ((1, 53),), "sp"),
    "STO-6G": BasisSet("init_sto6g", 1, ((1, 36),), "sp"),
    "POB-DZVP": BasisSet("init_pobDZVP", 2, ((1, 35), (49, 49), (74, 74)), "polarised"),
    "POB-DZVPP": BasisSet("init_pobDZVPP", 2, ((1, 35), (49, 49), (83, 83)), "polarised"),
    "POB-TZVP": BasisSet("init_pobTZVP", 3, ((1, 35), (49, 49), (83, 83)), "polarised potentials"),
    "POB-DZVP-REV2": BasisSet("init_pobDZVP_rev2", 2, ((1, 35),), "polarised"),
    "POB-TZVP-REV2": BasisSet("init_pobTZVP_rev2", 3, _REV2, "polarised potentials"),
    "MINIS": BasisSet("init_minis", 1, ((1, 36),)),
    "6-31G*": BasisSet("init_631gs", 2, ((1, 30),), "polarised sp"),
    "DEF2-SV(P)": BasisSet("init_def2svp", 2, _ALL, "polarised potentials"),
    "DEF-TZVP": BasisSet("init_deftzvp", 3, _ALL, "polarised potentials"),
    "DEF2-MSVP": BasisSet("init_def2msvp", 2, _ALL, "polarised potentials"),
    "SOLDEF2MSVP": BasisSet("init_soldef2msvp", 2, _ALL, "polarised potentials"),
    "SOL-DEF2-MSVP": BasisSet("init_soldef2msvp", 2, _ALL, "polarised potentials"),
    "DEF2-SVP": BasisSet("init_def2svp", 2, _ALL, "polarised potentials"),
    "DEF2-TZVP": BasisSet("init_def2tzvp", 3, _ALL, "polarised potentials"),
    "MTZVP": BasisSet("init_mtzvp", 3, _ALL, "potentials"),
    "MINIX": BasisSet("init_minix", 1, _MINIX, "potentials"),
    "SOLMINIX": BasisSet("init_solminix", 1, _MINIX, "potentials"),
}

_CHARGED = {("DEF2-MSVP", 82)}
"""Sets whose shells do not add up for an element: they load, and the cell is charged."""


@dataclasses.dataclass(frozen=True, slots=True)
class Orbital:
    """One atomic orbital.

    Attributes
    ----------
    atom : int
        Index of its atom in the primitive cell.
    n, moment : int
        Principal number (for core orbitals) and angular momentum.
    role : str
        ``core``, ``valence`` (the highest s and p), ``d`` (an open or closed d or f shell near
        the valence), or ``virtual``.
    copy : int
        Which shell of this momentum on the atom above the occupied one, for virtual orbitals.
    component : int
        0 .. 2 l.
    """

    atom: int
    n: int
    moment: int
    role: str
    copy: int
    component: int


@dataclasses.dataclass(frozen=True, slots=True)
class AtomBasis:
    """Shells of one kind of atom, the nucleus' charge that they see, and the hidden electrons.

    A ghost has shells only.
    """

    shells: tuple[str, ...]
    charge: float
    hidden: int
    electrons: float
    ghost: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class CellBasis:
    """The basis of a whole cell.

    Attributes
    ----------
    name : str
        Name of the built-in set; empty for an explicit basis.
    atoms : tuple of AtomBasis
        One for each atom of the primitive cell.
    orbitals : tuple of Orbital
        In CRYSTAL's order: atom by atom, shell by shell.
    electrons : int
        Electrons of the cell: as many as the shells hold.
    core_electrons : int
        Electrons in core orbitals.
    """

    name: str
    atoms: tuple[AtomBasis, ...]
    orbitals: tuple[Orbital, ...]
    electrons: int
    core_electrons: int

    @property
    def n_shells(self) -> int:
        """Number of shells in the cell."""
        return sum(len(atom.shells) for atom in self.atoms)


def cell_basis(crystal: Crystal, basis: DeckBasis) -> CellBasis:
    """Put a basis on a crystal.

    Raises
    ------
    RefusalError
        No such set, an element that the set lacks, or a cell that is not neutral.
    """
    kinds = [_atom_basis(int(number), basis) for number in crystal.numbers]
    kinds = _haunted(_modified(kinds, basis.chemod), basis.ghosts)
    if not basis.charged:
        _check_neutral(kinds)
    orbitals: list[Orbital] = []
    for index, (number, kind) in enumerate(zip(crystal.numbers, kinds, strict=True)):
        orbitals += _orbitals(index, element(int(number) % 100), kind)
    core = 2 * sum(orbital.role == "core" for orbital in orbitals)
    return CellBasis(
        name=basis.name,
        atoms=tuple(kinds),
        orbitals=tuple(orbitals),
        electrons=round(sum(kind.electrons for kind in kinds)),
        core_electrons=core,
    )


def _atom_basis(number: int, basis: DeckBasis) -> AtomBasis:
    if basis.name:
        return _builtin(basis.name, number)
    shells = basis.shells.get(number)
    if not shells:
        text = f"NO BASIS SET FOR ATOMIC NUMBER {number:4d}"
        raise RefusalError("INPBAS", text, "the deck's basis does not name this atom")
    charge = basis.effective.get(number, float(number % 100))
    hidden = number % 100 - round(charge)
    return AtomBasis(tuple(s.kind for s in shells), charge, hidden, _sum(shells))


def _modified(
    kinds: list[AtomBasis], chemod: tuple[tuple[int, tuple[float, ...]], ...]
) -> list[AtomBasis]:
    """Give atoms the electrons that CHEMOD says."""
    for label, electrons in chemod:
        if not 1 <= label <= len(kinds) or len(electrons) != len(kinds[label - 1].shells):
            note = f"atom {label} with {len(electrons)} shells"
            raise RefusalError("CHEMOD", "INPUT ERROR", note)
        kinds[label - 1] = dataclasses.replace(kinds[label - 1], electrons=sum(electrons))
    return kinds


def _haunted(kinds: list[AtomBasis], ghosts: tuple[int, ...]) -> list[AtomBasis]:
    """Take nuclei and electrons from ghosts; their functions stay."""
    for label in ghosts:
        if not 1 <= label <= len(kinds):
            note = f"GHOSTS names atom {label} of {len(kinds)}"
            raise RefusalError("GHOSTS", "ATOM LABEL NOT ALLOWED", note)
        kinds[label - 1] = AtomBasis(kinds[label - 1].shells, 0.0, 0, 0.0, ghost=True)
    return kinds


def _sum(shells: tuple[DeckShell, ...]) -> float:
    return sum(shell.charge for shell in shells)


def _check_neutral(kinds: list[AtomBasis]) -> None:
    nuclear = sum(kind.charge for kind in kinds)
    electrons = sum(kind.electrons for kind in kinds)
    if abs(nuclear - electrons) > 1e-6:
        note = f"nuclei {nuclear:g}, shell charges {electrons:g}"
        raise RefusalError("INPBAS", "UNIT CELL NOT NEUTRAL", note)


@functools.cache
def _builtin(name: str, number: int) -> AtomBasis:
    chosen = _SETS.get(name)
    if chosen is None:
        note = f"BASISSET {name}: the stand-in knows {', '.join(sorted(_SETS))}"
        raise RefusalError("INPBAS", f"KEYWORD {name:<8.8} NOT ALLOWED", note)
    known = element(number % 100)
    covered = any(first <= known.number <= last for first, last in chosen.spans)
    if number > 99 or not covered:
        text = f"Basis set is not implemented for requested element: {number:4d}"
        raise RefusalError(chosen.routine, text, f"{name} has no {known.symbol}")
    if (name, known.number) in _CHARGED:
        note = f"{name} has {known.symbol} with shells that do not hold its electrons"
        raise RefusalError("LoadBa", "UNIT CELL NOT NEUTRAL", note)
    hidden = _hidden(known.number) if "potentials" in chosen.traits else 0
    charge = float(known.number - hidden)
    return AtomBasis(_shells(known, chosen, hidden), charge, hidden, charge)


def _hidden(number: int) -> int:
    for last, electrons in ((36, 0), (54, 28), (57, 46), (71, 28), (86, 60)):
        if number <= last:
            return electrons
    return 60


def _shells(known: Element, chosen: BasisSet, hidden: int) -> tuple[str, ...]:
    moments = [shell for _, shell, _ in visible_core(known, hidden)]
    outer = [shell for _, shell, _ in known.valence]
    for _ in range(chosen.zeta):
        moments += outer
    if "polarised" in chosen.traits:
        moments.append(max(outer) + 1 if known.number > 2 and max(outer) > 0 else 1)
    moments.sort()
    names = [_NAMES[min(moment, 3)] for moment in moments]
    return _combined(names) if "sp" in chosen.traits.split() else tuple(names)


def _combined(names: list[str]) -> tuple[str, ...]:
    """Join s and p shells to sp from the outside in, as minimal sets have them."""
    s, p = names.count("S"), names.count("P")
    rest = [name for name in names if name not in "SP"]
    return ("S",) * max(s - p, 0) + ("SP",) * min(s, p) + ("P",) * max(p - s, 0) + tuple(rest)


def visible_core(known: Element, hidden: int) -> tuple[tuple[int, int, int], ...]:
    """Return the core shells that an effective potential of `hidden` electrons leaves."""
    left, shells = hidden, []
    for n, moment, electrons in sorted(known.core):
        if left >= electrons:
            left -= electrons
        else:
            shells.append((n, moment, electrons))
    return tuple(shells)


def _orbitals(index: int, known: Element, kind: AtomBasis) -> list[Orbital]:
    """Give each shell of an atom its role: core first, then valence, the rest is virtual."""
    filled = () if kind.ghost else (*visible_core(known, kind.hidden),)
    core = {m: [n for n, x, _ in filled if x == m] for m in range(4)}
    outer = {m: [n for n, x, _ in known.valence if x == m and not kind.ghost] for m in range(4)}
    used = dict.fromkeys(range(4), 0)
    orbitals: list[Orbital] = []
    for shell in kind.shells:
        for moment in _MOMENTS[shell]:
            place = used[moment]
            used[moment] += 1
            n, role, copy = _role(place, core[moment], outer[moment], moment)
            orbitals += [Orbital(index, n, moment, role, copy, m) for m in range(2 * moment + 1)]
    return orbitals


def _role(place: int, core: list[int], outer: list[int], moment: int) -> tuple[int, str, int]:
    if place < len(core):
        return core[place], "core", 0
    after = place - len(core)
    if after < len(outer):
        return outer[after], "valence" if moment < 2 else "d", 0
    return 0, "virtual", after - len(outer) + 1
