"""FREQCALC: vibrational frequencies, in the order in which the program's manual has its keywords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from crystald.crystal.deck.blocks.intensities import (
    INTENSITY_READERS,
    Intensities,
    intensity_lines,
)
from crystald.crystal.deck.blocks.modes import (
    Isotopes,
    Scan,
    combination_lines,
    isotope_lines,
    read_combination,
    read_isotopes,
    read_scan,
    scan_lines,
)
from crystald.crystal.deck.blocks.optimisation import (
    Optimisation,
    atom_lines,
    optimisation_lines,
    read_atoms,
    read_optimisation,
)
from crystald.crystal.deck.blocks.phonons import (
    DISPERSION_READERS,
    Dispersion,
    dispersion_lines,
    dispersion_of,
    read_supercell,
    supercell_lines,
)
from crystald.crystal.deck.records import Lines, plain

ACTIVE: Final = ("ALL", "IR", "RAMAN")
"""Modes of all kinds, or those that infrared or Raman spectra show."""

Range = tuple[int, float, float]
"""How many values, the first, the last."""


@dataclass(frozen=True)
class Frequencies:
    """The FREQCALC block; what is None, False or empty is left to the program.

    Attributes
    ----------
    numderiv
        Displacements per coordinate: 1 forward, 2 on both sides.
    intensities
        Infrared (and Raman) intensities.
    restart
        Whether ``FREQINFO.DAT`` of an interrupted calculation is carried on.
    preoptgeom
        An optimisation before the frequencies.
    analysis
        Whether modes are analysed by internal coordinates.
    noeckart
        Whether translations and rotations stay in the Hessian.
    active
        Which modes are computed: one of `ACTIVE`.
    fragment
        The only atoms that are displaced.
    isotopes
        Masses other than the natural ones.
    stepsize_ang
        Length of a displacement.
    temperatures_k, pressures_mpa
        Of the thermodynamic functions.
    neglect
        So many of the lowest modes are left out of them.
    multitask
        So many displacements are computed at the same time, each by its share of the ranks.
    nomodes
        Whether eigenvectors are not printed.
    scale
        Factor of all frequencies.
    scan
        Energies along modes.
    combinations
        Overtones and combinations that are listed.
    adp
        Algorithm, and modes to leave out, of anisotropic displacement parameters.
    dispersion
        Phonons away from the centre of the zone.
    """

    numderiv: int = 2
    intensities: Intensities | None = None
    restart: bool = False
    preoptgeom: Optimisation | None = None
    analysis: bool | None = None
    noeckart: bool = False
    active: str | None = None
    fragment: tuple[int, ...] = ()
    isotopes: Isotopes = ()
    stepsize_ang: float | None = None
    temperatures_k: Range | None = None
    pressures_mpa: Range | None = None
    neglect: int | None = None
    multitask: int | None = None
    nomodes: bool = False
    scale: float | None = None
    scan: Scan | None = None
    combinations: str | None = None
    adp: tuple[int, int] | None = None
    dispersion: Dispersion | None = None


def frequency_lines(block: Frequencies) -> list[str]:
    """Write the block from FREQCALC to ENDFREQ, with SCELPHONO before it where phonons want it."""
    before = supercell_lines(block.dispersion) if block.dispersion else []
    middle = intensity_lines(block.intensities) if block.intensities else ["NOINTENS"]
    phonons = dispersion_lines(block.dispersion) if block.dispersion else []
    return [
        *before,
        "FREQCALC",
        *_first_lines(block),
        "NUMDERIV",
        str(block.numderiv),
        *_number_lines(block),
        *middle,
        *(combination_lines(block.combinations) if block.combinations else []),
        *(scan_lines(block.scan) if block.scan else []),
        *phonons,
        *(["ADP", f"{block.adp[0]} {block.adp[1]}"] if block.adp else []),
        "ENDFREQ",
    ]


def _first_lines(block: Frequencies) -> list[str]:
    lines = ["RESTART"] if block.restart else []
    if block.preoptgeom is not None:
        lines += optimisation_lines(block.preoptgeom, "PREOPTGEOM", "END")
    if block.analysis is not None:
        lines.append("ANALYSIS" if block.analysis else "NOANALYSIS")
    lines += ["NOECKART"] if block.noeckart else []
    lines += [block.active] if block.active else []
    if block.fragment:
        lines += ["FRAGMENT", *atom_lines(block.fragment)]
    return lines + isotope_lines(block.isotopes)


def _number_lines(block: Frequencies) -> list[str]:
    lines = []
    if block.stepsize_ang is not None:
        lines += ["STEPSIZE", plain(block.stepsize_ang, 1)]
    for keyword, values in (("TEMPERAT", block.temperatures_k), ("PRESSURE", block.pressures_mpa)):
        if values is not None:
            count, first, last = values
            lines += [keyword, f"{count} {plain(first, 1)} {plain(last, 1)}"]
    if block.neglect is not None:
        lines += ["NEGLEFRE", str(block.neglect)]
    if block.multitask is not None:
        lines += ["MULTITASK", str(block.multitask)]
    lines += ["NOMODES"] if block.nomodes else []
    return lines + (["FREQSCAL", plain(block.scale, 1)] if block.scale is not None else [])


def read_frequencies(lines: Lines) -> Frequencies:
    """Read what `frequency_lines` wrote.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    supercell = read_supercell(lines) if lines.peek() == "SCELPHONO" else None
    lines.expect(("FREQCALC",))
    found: dict[str, dict[str, Any]] = {"": {}, "INTENS": {}, "DISPERSI": {}}
    words = set()
    while (word := lines.peek()) != "ENDFREQ":
        words.add(word)
        if word == "PREOPTGEOM":
            found[""]["preoptgeom"] = read_optimisation(lines, "PREOPTGEOM", "END")
            continue
        _read_record(lines, found)
    lines.take()
    if (supercell is None) != ("DISPERSI" not in words):
        raise lines.wrong("SCELPHONO before FREQCALC and DISPERSI in it belong together")
    if supercell is not None:
        found[""]["dispersion"] = dispersion_of(supercell, found["DISPERSI"])
    if "INTENS" in words:
        method = {"method": "INTCPHF"} if "INTCPHF" in words else {}
        found[""]["intensities"] = Intensities(**(found["INTENS"] | method))
    return Frequencies(**found[""])


def _read_record(lines: Lines, found: dict[str, dict[str, Any]]) -> None:
    word = lines.take()
    for part, readers in _READERS.items():
        if word in readers:
            name, read = readers[word]
            if name:
                found[part][name] = read(lines)
            return
    raise lines.wrong(f"the keyword {word!r} does not belong here")


def _read_range(lines: Lines) -> Range:
    count, first, last = lines.values(float, 3)
    return int(count), first, last


_OWN: Final[dict[str, tuple[str, Callable[[Lines], Any]]]] = {
    "INTENS": ("", lambda _: None),
    "NOINTENS": ("", lambda _: None),
    "DISPERSI": ("", lambda _: None),
    "NUMDERIV": ("numderiv", lambda lines: lines.value(int)),
    "RESTART": ("restart", lambda _: True),
    "ANALYSIS": ("analysis", lambda _: True),
    "NOANALYSIS": ("analysis", lambda _: False),
    "NOECKART": ("noeckart", lambda _: True),
    **{word: ("active", lambda lines: lines.last.strip()) for word in ACTIVE},
    "MULTITASK": ("multitask", lambda lines: lines.value(int)),
    "FREQSCAL": ("scale", lambda lines: lines.value(float)),
    "FRAGMENT": ("fragment", read_atoms),
    "ISOTOPES": ("isotopes", read_isotopes),
    "STEPSIZE": ("stepsize_ang", lambda lines: lines.value(float)),
    "TEMPERAT": ("temperatures_k", _read_range),
    "PRESSURE": ("pressures_mpa", _read_range),
    "NEGLEFRE": ("neglect", lambda lines: lines.value(int)),
    "NOMODES": ("nomodes", lambda _: True),
    "SCANMODE": ("scan", read_scan),
    "COMBMODE": ("combinations", read_combination),
    "ADP": ("adp", lambda lines: lines.values(int, 2)),
}
_READERS: Final = {"": _OWN, "INTENS": INTENSITY_READERS, "DISPERSI": DISPERSION_READERS}
