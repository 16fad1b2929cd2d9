"""The work function of each side of a slab; one number only where the sides agree."""

from __future__ import annotations

import pytest

from crystald.steps.reading.grids import read_grids_step
from crystald.steps.reading.workfunction import work_function
from crystald.units import HARTREE_EV

CUBE = [
    "Charge density",
    "a comment",
    "1 0 0 0",
    "2 1 0 0",
    "1 0 1 0",
    "1 0 0 1",
    "1 1 0 0 0",
    "0.5 1.5",
]
OUTPUT = """\
 EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 00:00:00.0
 *                               CRYSTAL23                                     *
 CRYSTAL - PROPERTIES - TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL
 POSSIBLY CONDUCTING STATE - EFERMI(AU) -1.0000000E-01 (RES. CHARGE  1.18E-11;IT.  6)
 ENDPROP
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT END         TELAPSE        0.07 TCPU        0.05
 EEEEEEEEEE TERMINATION  DATE 01 01 2030 TIME 00:00:00.1
"""


def profile(bottom_ev, top_ev, *, slope_ev=0.0):
    """Make a well between two plateaus; the last rises by `slope_ev` over its end."""
    left, right = [bottom_ev] * 40, [top_ev + slope_ev * i / 39 for i in range(40)]
    return [value / HARTREE_EV for value in (*left, *[-20.0] * 120, *right)]


def test_one_number_where_both_sides_agree() -> None:
    found = work_function(profile(1.0, 1.04), -3.0 / HARTREE_EV)
    assert found.of(found.bottom) == pytest.approx(4.0)
    assert found.of(found.top) == pytest.approx(4.04)
    assert found.single_ev == pytest.approx(4.02)
    assert found.marks() == ()


def test_two_numbers_where_they_differ() -> None:
    found = work_function(profile(1.0, 1.06), -3.0 / HARTREE_EV)
    assert found.single_ev is None
    assert found.of(found.top) == pytest.approx(4.06)
    (mark,) = found.marks()
    assert "4.00 and 4.06 eV" in mark
    assert mark.startswith("suspect: ")


def test_no_number_of_a_side_that_is_not_flat() -> None:
    found = work_function(profile(1.0, 1.0, slope_ev=0.2), -3.0 / HARTREE_EV)
    assert found.of(found.top) is None
    assert found.of(found.bottom) == pytest.approx(4.0)
    assert found.single_ev is None
    assert "at the top of the slab is no plateau" in found.marks()[0]


def test_a_profile_of_few_points_says_nothing() -> None:
    assert work_function([0.0] * 5, 0.0) is None


def read(potentials):
    files = {
        "OUTPUT": OUTPUT.splitlines(),
        "DENS_CUBE.DAT": CUBE,
        "POT_CUBE.DAT": ["Potential", *CUBE[1:]],
        "POTC.DAT": ["# Z V", *(f"{i:10.4f} {v:14.6E}" for i, v in enumerate(potentials))],
    }
    return read_grids_step(files.get, ())


def test_a_step_keeps_both_sides_and_says_what_they_are_measured_from() -> None:
    reading = read(profile(0.5, 0.5))
    found = {row.name: row.value for row in reading.properties}
    assert found["work_function"] == pytest.approx(0.5 + 0.1 * HARTREE_EV, abs=1e-4)
    assert found["work_function_zero"] == "Fermi energy"
    assert found["density_max"] == 1.5
    assert reading.marks == ()
    differing = read(profile(0.5, 0.9))
    names = {row.name for row in differing.properties}
    assert {"work_function_bottom", "work_function_top"} <= names
    assert "work_function" not in names
    assert "differ" in differing.marks[0]
