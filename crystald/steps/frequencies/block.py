"""The FREQCALC block that the settings of a FREQ ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crystald.crystal.deck.blocks.frequencies import Frequencies
from crystald.crystal.deck.blocks.intensities import Cphf, Intensities, Spectrum
from crystald.crystal.deck.blocks.modes import Scan
from crystald.crystal.deck.blocks.optimisation import Optimisation
from crystald.crystal.deck.blocks.phonons import Dispersion, PhononBands
from crystald.crystal.deck.electrons import element_of
from crystald.errors import DeckError
from crystald.steps.frequencies.settings import FreqSettings

if TYPE_CHECKING:
    from crystald.crystal.output.values import PrintedGeometry


def frequencies_of(settings: FreqSettings, printed: PrintedGeometry) -> Frequencies:
    """Make the block.

    Parameters
    ----------
    settings
        Checked.
    printed
        The geometry as the parent printed it last.

    Raises
    ------
    DeckError
        Atoms are named that are not there, or phonons are asked of a molecule.
    """
    _check_atoms(settings, len(printed.atoms))
    return Frequencies(
        numderiv=settings.numderiv,
        intensities=_intensities(settings) if settings.intensities else None,
        preoptgeom=_preoptgeom(settings.toldee) if settings.preoptgeom else None,
        analysis=_given(settings.analysis),
        noeckart=settings.noeckart,
        active=_given(settings.active),
        fragment=_given(settings.fragment) or (),
        isotopes=_given(settings.isotopes) or (),
        stepsize_ang=_given(settings.stepsize_ang),
        temperatures_k=_given(settings.temperatures_k),
        pressures_mpa=_given(settings.pressures_mpa),
        neglect=_given(settings.neglect),
        multitask=_given(settings.multitask),
        nomodes=settings.nomodes,
        scale=_given(settings.scale),
        scan=_scan(settings.scan),
        combinations=_given(settings.combinations),
        adp=_given(settings.adp),
        dispersion=_dispersion(settings, printed) if settings.dispersion else None,
    )


def _given(value: Any) -> Any:
    """Give a value, or None where a word stands for its absence."""
    return None if value in ("auto", "none") else value


def _check_atoms(settings: FreqSettings, count: int) -> None:
    named = [*(_given(settings.fragment) or ())]
    named += [atom for atom, _ in _given(settings.isotopes) or ()]
    if beyond := [atom for atom in named if atom > count]:
        raise DeckError(
            f"atom {beyond[0]} is named, and the primitive cell has {count}",
            "Atoms count from 1 in the primitive cell.",
        )
    modes = (_given(settings.scan) or ())[3:]
    if any(mode > 3 * count for mode in modes):
        raise DeckError(
            f"scan names mode {max(modes):g}, and {count} atoms have {3 * count} modes",
            f"Modes count from 1 to {3 * count}.",
        )


def _preoptgeom(toldee: int) -> Optimisation:
    return Optimisation("FULLOPTG", 200, 0.00003, 0.00012, toldee)


def _intensities(settings: FreqSettings) -> Intensities:
    cphf = Cphf(
        **{name: _given(getattr(settings, f"cphf_{name}")) for name in Cphf.__dataclass_fields__}
    )
    spectrum = Spectrum(
        _given(settings.spectrum_range_cm1),
        _given(settings.spectrum_step_cm1),
        _given(settings.spectrum_width_cm1),
    )
    return Intensities(
        method=settings.method,
        cphf=cphf if settings.method == "INTCPHF" else Cphf(),
        normborn=settings.normborn,
        raman=settings.raman,
        raman_at=_given(settings.raman_at) if settings.raman else None,
        infrared_spectrum=spectrum if settings.ir_spectrum else None,
        raman_spectrum=spectrum if settings.raman_spectrum else None,
        dielectric=_given(settings.dielectric) or (),
    )


def _scan(values: str | tuple[float, ...]) -> Scan | None:
    if isinstance(values, str):
        return None
    first, last, step, *modes = values
    return Scan(int(first), int(last), step, tuple(map(int, modes)))


def _dispersion(settings: FreqSettings, printed: PrintedGeometry) -> Dispersion:
    periodic = printed.dimensionality
    if not periodic:
        raise DeckError("a molecule has no dispersion", "Set dispersion to false.")
    diagonal = settings.supercell[:periodic]
    rows = [tuple(n if i == j else 0 for j in range(periodic)) for i, n in enumerate(diagonal)]
    return Dispersion(
        supercell=tuple(rows),
        interphess=(_given(settings.interphess) or ())[:periodic],
        wang=_given(settings.wang) or (),
        bands=_bands(settings.band_points, printed) if settings.bands else None,
        pdos=_given(settings.pdos),
        projected=settings.projected,
        neutrons=_given(settings.neutrons),
    )


def _bands(points: int, printed: PrintedGeometry) -> PhononBands:
    """Take the path of the lattice; the points refer to the primitive cell as printed."""
    from crystald.crystal.deck.kpath import find_path

    periodic = printed.dimensionality
    rows = tuple((float(r[0]), float(r[1]), float(r[2])) for r in printed.lattice_ang or ())
    fractions = tuple((atom.x, atom.y, atom.z) for atom in printed.atoms)
    numbers = tuple(element_of(atom.number) for atom in printed.atoms)
    path = find_path(rows, fractions, numbers, periodicity=periodic)
    segments = tuple((*s.start[:periodic], *s.end[:periodic]) for s in path.segments)
    return PhononBands(path.iss, points, segments)
