"""The last block of a deck: settings of the SCF, one table of keywords for both directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.records import Lines, plain

Acceleration = Literal["DIIS", "NODIIS", "ANDERSON", "BROYDEN"]
ACCELERATIONS: Final[tuple[Acceleration, ...]] = ("DIIS", "NODIIS", "ANDERSON", "BROYDEN")
"""How the cycles converge; DIIS is the program's own."""


@dataclass(frozen=True)
class Scf:
    """Settings of the SCF; what is None or False is not written.

    Attributes
    ----------
    tolinteg
        Five truncation criteria: 10**-n.
    toldee
        Convergence of the energy: 10**-toldee Ha.
    shrink
        The k mesh, None for a molecule.
    maxcycle
        Most cycles.
    smear_ha
        Width of the Fermi smearing.
    fmixing
        Per cent of the last Fock matrix mixed in.
    guessp
        Whether the density of ``fort.20`` is the first guess.
    ppan
        Whether populations are printed.
    spinlock
        Electrons of spin up more than down, and the cycles that hold them.
    atomspin
        Atoms of the primitive cell (from 1), each with the spin it starts with: 1, 0, or -1.
    scfdir
        Whether integrals are computed again in each cycle and not kept on disk.
    biposize, exchsize
        Buffers of the bipolar expansion, words per rank.
    acceleration
        One of `ACCELERATIONS`.
    broyden
        Of BROYDEN: weight, per cent of mixing, first cycle.
    histdiis
        Most cycles that DIIS remembers.
    levshift
        Level shifter in tenths of a hartree, and whether the state is locked (1) or not (0).
    """

    tolinteg: tuple[int, ...]
    toldee: int
    shrink: Shrink | None
    maxcycle: int
    smear_ha: float | None = None
    fmixing: int | None = None
    guessp: bool = False
    ppan: bool = True
    spinlock: tuple[int, int] | None = None
    atomspin: tuple[tuple[int, int], ...] = ()
    scfdir: bool = False
    biposize: int | None = None
    exchsize: int | None = None
    acceleration: Acceleration | None = None
    broyden: tuple[float, int, int] | None = None
    histdiis: int | None = None
    levshift: tuple[int, int] | None = None


@dataclass(frozen=True)
class _Record:
    """A keyword: the value that it holds, how it is written and read."""

    keyword: str
    value: str
    write: Callable[[Any], list[str]]
    read: Callable[[Lines], Any]


def _whole(keyword: str, value: str) -> _Record:
    return _Record(keyword, value, lambda n: [str(n)], lambda lines: lines.value(int))


def _integers(keyword: str, value: str, count: int) -> _Record:
    return _Record(
        keyword, value, lambda n: [" ".join(map(str, n))], lambda lines: lines.values(int, count)
    )


def _flag(keyword: str, value: str) -> _Record:
    return _Record(keyword, value, lambda _: [], lambda _: True)


def _atomspin_lines(spins: tuple[tuple[int, int], ...]) -> list[str]:
    return [str(len(spins)), *(f"{atom} {spin}" for atom, spin in spins)]


def _read_atomspin(lines: Lines) -> tuple[tuple[int, ...], ...]:
    return tuple(lines.values(int, 2) for _ in range(lines.value(int)))


def _broyden_lines(values: tuple[float, int, int]) -> list[str]:
    weight, mixing, start = values
    return [f"{plain(weight, 1)} {mixing} {start}"]


def _read_broyden(lines: Lines) -> tuple[float, int, int]:
    weight, mixing, start = lines.values(float, 3)
    if mixing != int(mixing) or start != int(start):
        raise lines.wrong("the second and third number of BROYDEN are whole")
    return weight, int(mixing), int(start)


_RECORDS: Final = (
    _integers("SPINLOCK", "spinlock", 2),
    _Record("ATOMSPIN", "atomspin", _atomspin_lines, _read_atomspin),
    _integers("TOLINTEG", "tolinteg", 5),
    _whole("TOLDEE", "toldee"),
    _Record("SHRINK", "shrink", lambda mesh: list(mesh.records()), Shrink.read),
    _Record("SMEAR", "smear_ha", lambda x: [plain(x, 1)], lambda lines: lines.value(float)),
    _flag("SCFDIR", "scfdir"),
    _whole("BIPOSIZE", "biposize"),
    _whole("EXCHSIZE", "exchsize"),
    _whole("MAXCYCLE", "maxcycle"),
    _whole("FMIXING", "fmixing"),
    _Record("BROYDEN", "broyden", _broyden_lines, _read_broyden),
    _whole("HISTDIIS", "histdiis"),
    _integers("LEVSHIFT", "levshift", 2),
    _flag("GUESSP", "guessp"),
    _flag("PPAN", "ppan"),
)
_BY_KEYWORD: Final = {record.keyword: record for record in _RECORDS}
_NEEDED: Final = {"tolinteg", "toldee", "maxcycle"}


def scf_lines(scf: Scf) -> list[str]:
    """Write the records of the SCF, without the END that closes the deck."""
    lines = []
    for record in _RECORDS:
        if record.keyword == "BROYDEN" and scf.acceleration not in (None, "BROYDEN"):
            lines.append(str(scf.acceleration))
        value = getattr(scf, record.value)
        if value is not None and value is not False and value != ():
            lines += [record.keyword, *record.write(value)]
    return lines


def read_scf(lines: Lines) -> Scf:
    """Read what `scf_lines` wrote, to the END of the deck.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    found: dict[str, Any] = {"ppan": False, "shrink": None}
    while (word := lines.take()) != "END":
        if word in ACCELERATIONS:
            found["acceleration"] = word
        if word in _BY_KEYWORD:
            record = _BY_KEYWORD[word]
            found[record.value] = record.read(lines)
        elif word not in ACCELERATIONS:
            raise lines.wrong(f"the keyword {word!r} does not belong here")
    if lacking := _NEEDED - found.keys():
        raise lines.wrong(f"{', '.join(sorted(lacking)).upper()} must stand before the END")
    return Scf(**found)
