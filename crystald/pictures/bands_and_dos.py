"""One picture of bands and density of states side by side, sharing the axis of energy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING

from crystald.crystal.plotdata.values import SHIFTED, Bands, Dos
from crystald.pictures.labels import plain, ticks_of
from crystald.units import HARTREE_EV

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BELOW_EV, ABOVE_EV = 8.0, 8.0
SAME_PLACE = 1e-7
PEAK_FACTOR = 4.0
"""A peak this much higher than nearly all of the curve is cut off, so that the rest can be seen."""
SPIN_COLOURS = ("#1f4e79", "#c0392b")
PROJECTION_COLOURS = ("#c0392b", "#2471a3", "#1e8449", "#b7950b", "#7d3c98", "#d35400", "#5d6d7e")
INK = "#222222"
PACKING = 2
"""Of zlib: a tenth larger than usual, in half the time."""
ABSOLUTE_TEXT = "energy (eV)"


def bands_and_dos(
    bands: Bands | None,
    dos: Dos | None,
    *,
    title: str,
    labels: str,
    standin: bool,
    projections: Sequence[str] = (),
) -> bytes:
    """Draw bands, a density of states, or both.

    Parameters
    ----------
    bands, dos
        What to draw; None leaves its side out.
    title
        Above the picture.
    labels
        Text of the BAND deck; its comments name the k points.
    standin
        Whether the numbers come from the stand-in: the picture then says so.
    projections
        Names of the projections, in order; the last projection is the total.

    Returns
    -------
    bytes
        A PNG. A density of states whose zero is not known beside bands that are shifted (neither
        file of CRYSTAL14 tells the Fermi energy) is left out: the two would not belong together.
    """
    bands, dos = _on_one_zero(bands, dos)
    sides = [side for side in (bands, dos) if side is not None]
    figure, axes = _canvas([3.0 if side is bands else 1.2 for side in sides])
    window = _window(bands, dos)
    for side, axis in zip(sides, axes, strict=False):
        if isinstance(side, Bands):
            _draw_bands(axis, side, labels)
        else:
            _draw_dos(axis, side, projections, window)
    _frame(figure, axes, title, window, _zero_text(bands, dos))
    if standin:
        _say_standin(figure)
    return _png(figure)


def _png(figure: Figure) -> bytes:
    """Write a picture: drawn once (saving it would draw it twice), and packed lightly."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = BytesIO()
    canvas = FigureCanvasAgg(figure)
    canvas.print_png(buffer, pil_kwargs={"compress_level": PACKING})
    return buffer.getvalue()


def _canvas(widths: list[float]) -> tuple[Figure, Sequence[Axes]]:
    """Make a figure with axes of these relative widths side by side; one without any."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2.0 + 1.6 * sum(widths), 4.8), dpi=150, layout="constrained")
    axes = figure.subplots(
        1,
        max(1, len(widths)),
        sharey=True,
        squeeze=False,
        gridspec_kw={"width_ratios": widths or [1]},
    )
    return figure, axes[0]


def _on_one_zero(bands: Bands | None, dos: Dos | None) -> tuple[Bands | None, Dos | None]:
    """Give each side the Fermi energy of the other where only that one tells it."""
    if bands is None or dos is None:
        return bands, dos
    if bands.fermi_ha is None:
        bands = replace(bands, fermi_ha=dos.fermi_ha)
    if dos.fermi_ha is None:
        dos = replace(dos, fermi_ha=bands.fermi_ha)
    return bands, dos if bands.zero == dos.zero or dos.fermi_ha is not None else None


def _energies_ev(energies_ha: Sequence[float], zero: str, fermi_ha: float | None) -> list[float]:
    shift_ha = 0.0 if zero == SHIFTED else fermi_ha or 0.0
    return [(energy - shift_ha) * HARTREE_EV for energy in energies_ha]


def _draw_bands(axis: Axes, bands: Bands, labels: str) -> None:
    for spin, points in enumerate(bands.energies_ha):
        levels = [
            _energies_ev(band, bands.zero, bands.fermi_ha) for band in zip(*points, strict=True)
        ]
        style = "-" if spin == 0 else "--"
        axis.plot(
            *_curve(bands.distances, levels), style, color=SPIN_COLOURS[spin % 2], linewidth=1.1
        )
    places = [distance for distance, _ in bands.ticks]
    ticks = ticks_of(labels, places) if places else []
    printed = [name if name.startswith("(") else "" for _, name in bands.ticks]
    names = [name or other for (_, name), other in zip(ticks, printed, strict=True)]
    axis.set_xticks([place for place, _ in ticks], names)
    for place, _ in ticks:
        axis.axvline(place, color=INK, linewidth=0.6, alpha=0.5)
    axis.set_xlim(bands.distances[0], max([bands.distances[-1], *places]))
    axis.tick_params(axis="x", length=0)


def _curve(
    distances: Sequence[float], bands: Sequence[Sequence[float]]
) -> tuple[list[float], list[float]]:
    """Make one curve of all bands: much quicker to draw than a curve for each.

    The pen is lifted after each band, and where the path jumps: two points of it stand at the
    same place.
    """
    jumps = [
        place
        for place, (before, after) in enumerate(pairwise(distances), 1)
        if after - before < SAME_PLACE
    ]
    cuts = list(pairwise([0, *jumps, len(distances)]))
    x: list[float] = []
    y: list[float] = []
    for levels in bands:
        for start, end in cuts:
            x += [*distances[start:end], distances[end - 1]]
            y += [*levels[start:end], nan]
    return x, y


def _draw_dos(
    axis: Axes, dos: Dos, projections: Sequence[str], window: tuple[float, float]
) -> None:
    levels = _energies_ev(dos.energies_ha, dos.zero, dos.fermi_ha)
    seen: list[float] = []
    for spin, parts in enumerate(dos.densities):
        sign = 1.0 if spin == 0 else -1.0
        for number, part in enumerate(parts):
            values = [sign * value / HARTREE_EV for value in part]
            total = number == len(parts) - 1
            colour = INK if total else PROJECTION_COLOURS[number % len(PROJECTION_COLOURS)]
            name = "total" if total else _projection_name(projections, number)
            axis.plot(values, levels, color=colour, linewidth=1.2 if total else 1.0,
                      label=name if spin == 0 else None)  # fmt: skip
            if total:
                axis.fill_betweenx(levels, 0.0, values, color=INK, alpha=0.07, linewidth=0)
                inside = zip(values, levels, strict=True)
                seen += [abs(v) for v, e in inside if window[0] <= e <= window[1] and v]
    limit = _reach(seen)
    axis.set_xlim(-limit if len(dos.densities) > 1 else 0.0, limit)
    axis.set_xlabel("states / eV / cell")
    axis.legend(frameon=False, fontsize=8, loc="best", handlelength=1.2)


def _reach(densities: Sequence[float]) -> float:
    """Choose how far the axis of densities reaches."""
    if not densities:
        return 1.0
    ordered = sorted(densities)
    most = ordered[int(0.97 * (len(ordered) - 1))]
    return 1.08 * (ordered[-1] if ordered[-1] < PEAK_FACTOR * most else PEAK_FACTOR * most / 2)


def _projection_name(projections: Sequence[str], number: int) -> str:
    name = projections[number] if number < len(projections) else ""
    return plain(name).lstrip("_") or f"projection {number + 1}"  # "_…" would be left out


def _window(bands: Bands | None, dos: Dos | None) -> tuple[float, float]:
    """Choose the energies to show: around the gap, which is kept in view whole."""
    top = ABOVE_EV
    if bands is not None:
        levels = _energies_ev(
            [e for spin in bands.energies_ha for point in spin for e in point],
            bands.zero,
            bands.fermi_ha,
        )
        empty = [level for level in levels if level > 0.01]
        if empty:
            top = min(max(ABOVE_EV, min(empty) + 4.0), max(empty) + 0.5)
    elif dos is not None:
        top = min(top, _energies_ev(dos.energies_ha, dos.zero, dos.fermi_ha)[-1])
    return (-BELOW_EV, top)


def _zero_text(bands: Bands | None, dos: Dos | None) -> str:
    """Say what the zero of the energies is."""
    one = bands or dos
    if one is None or (one.zero != SHIFTED and one.fermi_ha is None):
        return ABSOLUTE_TEXT
    return r"$E - E_\mathrm{F}$ (eV)"


def _frame(
    figure: Figure, axes: Sequence[Axes], title: str, window: tuple[float, float], ylabel: str
) -> None:
    axes[0].set_ylim(*window)
    axes[0].set_ylabel(ylabel)
    for axis in axes:
        axis.axhline(0.0, color=INK, linewidth=0.8, linestyle=":")
        for spine in axis.spines.values():
            spine.set_linewidth(0.8)
        axis.tick_params(direction="in", labelsize=9)
    figure.suptitle(plain(title), fontsize=12)
    if ylabel != ABSOLUTE_TEXT:
        note = "zero: the Fermi energy as printed (of an insulator, the top of the valence bands)"
        figure.supxlabel(note, fontsize=6.5, color="#666666")


def _say_standin(figure: Figure) -> None:
    size = min(20.0, 3.0 * figure.get_figwidth())  # read whole also on a narrow picture
    figure.text(
        0.5, 0.5, "stand-in data, not CRYSTAL", fontsize=size, color="#b03a2e", alpha=0.22,
        ha="center", va="center", rotation=24, fontweight="bold",
    )  # fmt: skip
