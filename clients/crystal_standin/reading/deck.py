"""The stand-in's own reader of crystal decks (``.d12``): text to values, or a refusal."""

from __future__ import annotations

import dataclasses

from crystal_standin.events import RefusalError
from crystal_standin.lattice import external, layers, named
from crystal_standin.lattice.external import External
from crystal_standin.reading import keywords, method, vibrations
from crystal_standin.reading.basis_words import BasisWords
from crystal_standin.reading.deck_basis import DeckBasis, DeckShell
from crystal_standin.reading.method import Hamiltonian, Scf
from crystal_standin.reading.records import Records, is_end
from crystal_standin.reading.vibrations import FreqCalc

_SHELL_AOS = {0: 1, 1: 4, 2: 3, 3: 5, 4: 7}
_SHELL_NAMES = {0: "S", 1: "SP", 2: "P", 3: "D", 4: "F"}


@dataclasses.dataclass(frozen=True, slots=True)
class DeckAtom:
    """One record of the asymmetric unit: CRYSTAL's atomic number and fractional coordinates."""

    number: int
    xyz: tuple[float, float, float]


@dataclasses.dataclass(frozen=True, slots=True)
class OptGeom:
    """The OPTGEOM block. Gradients and displacements in atomic units, as CRYSTAL has them."""

    kind: str = "FULLOPTG"
    max_points: int = 100
    toldeg: float = 0.0003
    toldex: float = 0.0012
    restart: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Deck:
    """A whole crystal deck."""

    title: str
    flags: tuple[int, int, int]
    group: str
    cell: tuple[float, ...]
    atoms: tuple[DeckAtom, ...]
    opt: OptGeom | None
    freq: FreqCalc | None
    test_geometry: bool
    small_distances: bool
    basis: DeckBasis
    hamiltonian: Hamiltonian
    scf: Scf
    system: str = "CRYSTAL"
    external: External | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Edits:
    opt: OptGeom | None
    freq: FreqCalc | None
    test_geometry: bool
    small_distances: bool
    basis_name: str


def read(text: str, fort34: str = "") -> Deck:
    """Read a deck as CRYSTAL does.

    Parameters
    ----------
    text : str
        The deck.
    fort34 : str
        The geometry file beside it, for EXTERNAL.

    Raises
    ------
    RefusalError
        Where CRYSTAL would stop, and where the stand-in cannot follow CRYSTAL.
    """
    records = Records(text)
    title = records.next()
    system = _read_system(records)
    outside = external.read(fort34) if system == "EXTERNAL" else None
    one, two, three = records.integers(3, "CRYSTA") if system == "CRYSTAL" else (0, 0, 0)
    flags = (one, two, three)
    group, cell, atoms = ("", (), ()) if outside else _read_system_records(records, system, flags)
    edits = _read_geometry(records)
    basis = DeckBasis(edits.basis_name) if edits.basis_name else _read_basis(records)
    hamiltonian, scf, words = method.read(records, after_basisset=bool(edits.basis_name))
    basis = words.put_into(basis)
    if system == "MOLECULE" or (outside is not None and not outside.group.dimension):
        scf = dataclasses.replace(scf, shrink=(1, 1, 1), gilat=1)
    return Deck(
        title, flags, group, cell, atoms, edits.opt, edits.freq,
        edits.test_geometry, edits.small_distances, basis, hamiltonian, scf, system, outside,
    )  # fmt: skip


def _read_system(records: Records) -> str:
    word = records.keyword()
    if word == "MOLECULE" and any(line.split()[:1] == ["SHRINK"] for line in records.lines):
        raise RefusalError("SHRINK", "MOLECULAR CASE - SHRINKING NOT USED", "SHRINK in a molecule")
    if word in ("CRYSTAL", "EXTERNAL") or word in layers.PERIODIC:
        return word
    if word in keywords.OTHER_SYSTEMS:
        note = "the stand-in reads geometries that stand in the deck"
        raise RefusalError("STANDIN", f"{word} IS NOT DONE BY THE STAND-IN", note)
    raise RefusalError("INPUT", f"KEYWORD {word:<10} NOT ALLOWED", "expected CRYSTAL in line 2")


def _read_system_records(
    records: Records, system: str, flags: tuple[int, int, int]
) -> tuple[str, tuple[float, ...], tuple[DeckAtom, ...]]:
    """Read group, cell and atoms of a geometry that stands in the deck.

    The cell goes on to the next line until it has as many numbers as the group wants.
    """
    group = records.next().strip()
    wanted = named.parameter_count(named.find(system, group, flags))
    cell: list[float] = []
    while len(cell) < wanted:
        cell += records.all_reals("CRYSTA")
    return group, tuple(cell), _read_atoms(records)


def _read_atoms(records: Records) -> tuple[DeckAtom, ...]:
    count = records.integers(1, "CRYSTA")[0]
    if count < 1:
        raise records.unreadable("CRYSTA")
    atoms = []
    for _ in range(count):
        number, x, y, z = records.reals(4, "CRYSTA")
        if number != int(number) or number < 1:
            raise records.unreadable("CRYSTA")
        atoms.append(DeckAtom(int(number), (x, y, z)))
    return tuple(atoms)


def _read_geometry(records: Records) -> _Edits:
    opt: OptGeom | None = None
    freq: FreqCalc | None = None
    seen: set[str] = set()
    while not is_end(word := records.keyword()):
        if word == "BASISSET":
            name = records.next().strip().upper()
            return _Edits(opt, freq, "TESTGEOM" in seen, "SMALLDIST" in seen, name)
        if word == "OPTGEOM" and opt is None:
            opt = _read_opt(records)
        elif word == "FREQCALC" and freq is None:
            freq = vibrations.read(records, _read_opt)
        elif word == "ANHARM":
            vibrations.read_anharm(records)
        elif word == "SCELPHONO":
            _skip(records, 3)
        elif word == "TESTGEOM" or word in keywords.GEOMETRY_SKIPPED:
            seen.add(word)
            _skip(records, keywords.GEOMETRY_SKIPPED.get(word, 0))
        else:
            raise _unknown(records, word, "INPUT", keywords.GEOMETRY_NOT_DONE)
    return _Edits(opt, freq, "TESTGEOM" in seen, "SMALLDIST" in seen, "")


def _read_opt(records: Records) -> OptGeom:
    values: dict[str, float] = {"MAXCYCLE": 100, "TOLDEG": 0.0003, "TOLDEX": 0.0012}
    kind, restart = "FULLOPTG", False
    while not is_end(word := records.keyword()):
        if word in values:
            values[word] = records.reals(1, "OPTGEO")[0]
        elif word == "FRAGMENT":
            vibrations.read_fragment(records)
        elif word in keywords.OPT_SKIPPED:
            _skip(records, keywords.OPT_SKIPPED[word])
            kind = word if word in ("ATOMONLY", "CELLONLY") else kind
            restart = restart or word == "RESTART"
        else:
            raise _unknown(records, word, "OPTGEO", ())
    points = int(values["MAXCYCLE"])
    return OptGeom(kind, points, values["TOLDEG"], values["TOLDEX"], restart)


def _read_basis(records: Records) -> DeckBasis:
    shells: dict[int, tuple[DeckShell, ...]] = {}
    effective: dict[int, float] = {}
    while (header := records.integers(2, "INPBAS"))[0] != 99:
        number, count = header
        if number > 200:
            effective[number] = _read_potential(records)
        shells[number] = tuple(_read_shell(records) for _ in range(count))
    words = BasisWords()
    while not is_end(word := records.keyword()):
        if not words.take(records, word):
            raise _unknown(records, word, "INPBAS", keywords.BASIS_NOT_DONE)
    return words.put_into(DeckBasis("", shells, effective))


def _read_potential(records: Records) -> float:
    name = records.keyword()
    if name != "INPUT":
        note = "the stand-in reads effective core potentials given by INPUT only"
        raise RefusalError("STANDIN", f"{name} IS NOT DONE BY THE STAND-IN", note)
    header = records.reals(7, "INPBAS")
    _skip(records, int(sum(header[1:])))
    return header[0]


def _read_shell(records: Records) -> DeckShell:
    kind, shell, primitives, charge, _ = records.reals(5, "INPBAS")
    if kind not in (0, 1, 2) or shell not in _SHELL_NAMES:
        raise records.unreadable("INPBAS")
    if kind == 0:
        for _ in range(int(primitives)):
            records.reals(2, "INPBAS")
    return DeckShell(_SHELL_NAMES[int(shell)], charge)


def _skip(records: Records, count: int) -> None:
    for _ in range(count):
        records.next()


def _unknown(records: Records, word: str, routine: str, known: tuple[str, ...]) -> RefusalError:
    if word in known:
        note = f"line {records.position}: CRYSTAL knows {word}, the stand-in does not do it"
        return RefusalError("STANDIN", f"{word} IS NOT DONE BY THE STAND-IN", note)
    note = f"line {records.position}: {'a blank line' if not word else repr(word)}"
    return RefusalError(routine, f"KEYWORD {word:<10.10} NOT ALLOWED", note)
