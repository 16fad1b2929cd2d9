"""Pictures: a PNG comes out, and it says what it shows."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from crystald.crystal.plotdata.values import Bands, Dos
from crystald.pictures.bands_and_dos import bands_and_dos

POINTS = tuple(0.1 * i for i in range(11))
VALENCE = tuple(-0.1 * x for x in POINTS)
BANDS = Bands(
    POINTS,
    ((0.0, "(0,0,0)/4"), (1.0, "(2,0,2)/4")),
    (tuple((v, 0.2 - v) for v in VALENCE),),
    -0.15,
    "fermi",
)
DOS = Dos(
    tuple(-0.3 + 0.05 * i for i in range(13)),
    (((0.0, 1.0, 2.0) + (0.0,) * 10, (0.0, 2.0, 4.0, 1.0) + (0.5,) * 9),),
    -0.15,
    "fermi",
)
SPIN_BANDS = replace(BANDS, energies_ha=BANDS.energies_ha * 2)
SPIN_DOS = replace(DOS, densities=DOS.densities * 2)
DECK = """\
BAND
x
1 4 100 1 8 1 0
0 0 0  2 0 2  GAMMA-X
END
"""


def draw(bands: Bands | None, dos: Dos | None, **changes: Any) -> bytes:
    given = {"title": "MgO", "labels": "", "standin": False, **changes}
    return bands_and_dos(bands, dos, **given)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Draw, and give the figure with what stands on it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figures: list[Any] = []
    save = FigureCanvasAgg.print_png

    def keep(canvas: FigureCanvasAgg, *args: Any, **kwargs: Any) -> None:
        figures.append(canvas.figure)
        save(canvas, *args, **kwargs)

    monkeypatch.setattr(FigureCanvasAgg, "print_png", keep)

    def make(*args: Any, **changes: Any) -> Any:
        draw(*args, **changes)
        return figures[-1]

    return make


def texts(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.texts]


def legend(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.axes[-1].get_legend().get_texts()]


@pytest.mark.parametrize(
    ("bands", "dos"),
    [(BANDS, None), (None, DOS), (BANDS, DOS), (SPIN_BANDS, None), (SPIN_BANDS, SPIN_DOS)],
    ids=["bands", "dos", "both", "spin-bands", "spin-both"],
)
@pytest.mark.parametrize("standin", [False, True])
def test_a_png_comes_out(bands: Bands | None, dos: Dos | None, standin: bool) -> None:
    png = draw(bands, dos, standin=standin)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert width > 400
    assert height > 400


def test_the_stand_in_is_named(drawn: Callable[..., Any]) -> None:
    assert any(
        "stand-in data, not CRYSTAL" in text for text in texts(drawn(BANDS, DOS, standin=True))
    )
    assert not any("stand-in" in text for text in texts(drawn(BANDS, DOS)))


def test_the_note_of_the_stand_in_lies_within_the_picture(drawn: Callable[..., Any]) -> None:
    for sides in ((BANDS, None), (None, DOS), (BANDS, DOS)):
        figure = drawn(*sides, standin=True)
        note = next(text for text in figure.texts if "stand-in" in text.get_text())
        box = note.get_window_extent()
        assert box.x0 >= 0.0
        assert box.x1 <= figure.bbox.width


def test_the_axes_say_what_they_are(drawn: Callable[..., Any]) -> None:
    figure = drawn(BANDS, DOS, projections=("Mg", "Mg"))
    assert "F" in figure.axes[0].get_ylabel()
    assert figure.axes[1].get_xlabel() == "states / eV / cell"
    assert legend(figure) == ["Mg", "total"]
    assert figure.get_suptitle() == "MgO"


def test_k_points_have_the_names_of_the_deck(drawn: Callable[..., Any]) -> None:
    axis = drawn(BANDS, None, labels=DECK).axes[0]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["Γ", "X"]
    assert list(axis.get_xticks()) == [0.0, 1.0]
    plain = drawn(BANDS, None, labels="some other text").axes[0]
    assert [label.get_text() for label in plain.get_xticklabels()] == ["(0,0,0)/4", "(2,0,2)/4"]


def test_the_second_spin_is_drawn_to_the_left(drawn: Callable[..., Any]) -> None:
    axis = drawn(None, SPIN_DOS).axes[0]
    low, high = axis.get_xlim()
    assert low == -high
    assert min(min(line.get_xdata()) for line in axis.get_lines()[:-1]) < 0.0
    assert drawn(None, DOS).axes[0].get_xlim()[0] == 0.0


def test_both_sides_stand_on_one_zero(drawn: Callable[..., Any]) -> None:
    """Absolute and shifted energies of one run give the same picture."""
    shifted = tuple(energy - 0.15 for energy in DOS.energies_ha)
    absolute = replace(DOS, energies_ha=shifted, zero="absolute")
    expected = drawn(BANDS, DOS).axes[1].get_lines()[0].get_ydata()
    for one in (absolute, replace(absolute, fermi_ha=None)):
        levels = drawn(BANDS, one).axes[1].get_lines()[0].get_ydata()
        assert list(levels) == pytest.approx(list(expected), abs=1e-9)


def test_an_unknown_zero_is_not_drawn_beside_a_known_one(drawn: Callable[..., Any]) -> None:
    unknown = replace(DOS, zero="absolute", fermi_ha=None)
    assert len(drawn(replace(BANDS, fermi_ha=None), unknown).axes) == 1
    alone = drawn(None, unknown)
    assert alone.axes[0].get_ylabel() == "energy (eV)"
    assert not any("Fermi energy as printed" in text for text in texts(alone))


def test_a_path_that_jumps_is_not_joined(drawn: Callable[..., Any]) -> None:
    jump = replace(BANDS, distances=(*POINTS[:5], POINTS[4], *POINTS[5:-1]))
    x, y = drawn(jump, None).axes[0].get_lines()[0].get_data()
    lifted = [index for index, level in enumerate(y) if level != level]  # noqa: PLR0124 -- not a number
    assert lifted == [5, 12, 18, 25]  # of both bands: at the jump, and at the end
    assert list(x[:6]) == [*POINTS[:5], POINTS[4]]


def test_bands_are_one_curve_of_each_spin_that_is_lifted_between_them(
    drawn: Callable[..., Any],
) -> None:
    curves = drawn(SPIN_BANDS, None).axes[0].get_lines()[:2]
    for curve in curves:
        y = curve.get_ydata()
        assert [index for index, level in enumerate(y) if level != level] == [11, 23]  # noqa: PLR0124
        assert list(curve.get_xdata()[:11]) == list(curve.get_xdata()[12:23]) == list(POINTS)


def test_a_high_peak_does_not_flatten_the_rest(drawn: Callable[..., Any]) -> None:
    energies = tuple(-0.25 + 0.001 * i for i in range(400))
    values = (*(1.0,) * 399, 5000.0)
    axis = drawn(None, Dos(energies, ((values,),), 0.0, "fermi")).axes[0]
    assert axis.get_xlim()[1] < 1.0


@pytest.mark.parametrize("odd", ["$x", "a$b$c", r"\frac", "_hidden", "50% {x}", "Fe_2O_3"])
def test_odd_names_are_only_names(drawn: Callable[..., Any], odd: str) -> None:
    figure = drawn(BANDS, DOS, title=odd, projections=(odd, "total"))
    assert len(legend(figure)) == 2
