"""Every property has the line that it was read from: the number stands there, or its table below."""

from __future__ import annotations

from typing import Any

from crystald.crystal.output import read_output
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.properties import Listed, properties

BELOW = 4
"""Lines from a title to the last number of what it heads."""

EXACT = {
    *("energy", "energy_scf", "energy_t0", "dispersion_energy", "gcp_energy", "scf_cycles"),
    *("opt_points", "fermi_energy", "valence_band_maximum", "conduction_band_minimum"),
    *(f"{spin}_{name}" for spin in ("alpha", "beta") for name in ("band_gap",
      "valence_band_maximum", "conduction_band_minimum")),
    *("atoms", "atomic_orbitals", "electrons", "symmetry_operators", "k_points", "gilat_net"),
    *(f"{cell}cell_{axis}" for cell in ("", "initial_", "crystallographic_") for axis in "abc"),
    *("volume", "crystallographic_volume", "density", "elapsed_time", "cpu_time"),
}  # fmt: skip
"""Numbers that are printed as they are told, in a line of theirs or right below its title."""


def stands(one: Listed, text: list[str]) -> bool:
    """Tell whether a number stands where it is said to."""
    assert one.line is not None
    rows = text[one.line - 1 : one.line - 1 + BELOW]
    value = abs(float(str(one.value)))
    return any(
        abs(abs(found) - value) <= 1e-6 * max(value, 1.0) for found in floats(" ".join(rows))
    )


def test_every_property_stands_where_it_is_said_to(real: Any) -> None:
    text = real.lines()
    for one in properties(real.output()):
        assert one.line is not None, one
        assert 0 < one.line <= len(text), one
        number = isinstance(one.value, int | float) and not isinstance(one.value, bool)
        if number and one.name.removesuffix("_first_point") in EXACT:
            assert stands(one, text), one


SPINS = """\
 CYC   0 ETOT(AU) -1.0E+03 DETOT -1.00E+03 tst  0.00E+00 PX  1.00E+00
    ALPHA      ELECTRONS
 INSULATING STATE
 TOP OF VALENCE BANDS -    BAND     10; K    1; EIG -1.0000000E-01 AU
 BOTTOM OF VIRTUAL BANDS - BAND     11; K    1; EIG  2.0000000E-01 AU
 DIRECT ENERGY BAND GAP:   8.1634 eV

    BETA       ELECTRONS
 INSULATING STATE
 TOP OF VALENCE BANDS -    BAND     10; K    1; EIG -1.5000000E-01 AU
 BOTTOM OF VIRTUAL BANDS - BAND     11; K    1; EIG  3.0000000E-01 AU
 DIRECT ENERGY BAND GAP:  12.2451 eV
"""


def test_of_two_spins_the_line_is_that_of_the_one_whose_value_is_told() -> None:
    lines = {one.name: one.line for one in properties(read_output(SPINS.splitlines()))}
    assert (lines["valence_band_maximum"], lines["fermi_energy"]) == (4, 4)
    assert (lines["conduction_band_minimum"], lines["band_gap"]) == (5, 6)
    assert (lines["alpha_valence_band_maximum"], lines["beta_valence_band_maximum"]) == (4, 10)
    assert (lines["alpha_band_gap"], lines["beta_band_gap"]) == (6, 12)
    assert (lines["alpha_conducting"], lines["beta_conducting"]) == (3, 9)


LOCKED = """\
 EIGENVALUE LEVEL SHIFTING OF  0.400 HARTREE
{lock} CYC   5 ETOT(AU) -1.3E+03 DETOT -1.15E-03 tst  8.57E-05 PX  7.05E-03
 INSULATING STATE - TOP OF VALENCE BANDS (A.U.) -8.4510987E-01
"""


def test_a_locked_shift_that_is_told_once_holds_for_all_cycles() -> None:
    lock = " LOCKING - FERMI ENERGY ALTERED BY LEVEL SHIFTER\n"
    out = read_output(LOCKED.format(lock=lock).splitlines())
    assert (out.level_shifter_ha, out.fermi_ha, out.vbm_ha) == (0.4, None, -0.84510987)
    out = read_output(LOCKED.format(lock="").splitlines())
    assert (out.level_shifter_ha, out.fermi_ha) == (None, -0.84510987)
    assert out.facts.value("level_shift_asked") == 0.4
