"""Tables of BOLTZTRA, in the layout of public examples of CRYSTAL17 to 23."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.crystal.plotdata.transport import looks_like_transport, read_transport
from crystald.errors import ParseError

SEEBECK = """\
# 0 [Seebeck coefficient in SI units, i.e. in V/K]
# Mu(eV) T(K) N(#carriers) S_xx S_xy S_yx S_yy
# T(K) =   300.00   Npoints =       2   V(cm^3) =  4.000E-22
      -4.00          300.000    5.000E+00   -6.5000000E-06   -7.0000000E-20   -5.0000000E-20    2.0000000E-05
      -3.90          300.000   -5.500E+00   -9.0000000E-06    1.0000000E-19    1.1000000E-19    2.1000000E-05
# T(K) =   310.00   Npoints =       1   V(cm^3) =  4.000E-22
      -4.00          310.000    5.000E+00   -6.4000000E-06   -7.0000000E-20   -5.0000000E-20    2.2000000E-05
"""
TDF = """\
# 0 [Transport distribution function (in units of 1/hbar^2*eV*fs/angstrom) vs energy in eV]
# Energy(eV) TDF_xx TDF_xy TDF_xz TDF_yy TDF_yz TDF_zz
 -5.0000000E+00    1.0000000E+02   -2.0000000E-13    0.0000000E+00    3.0000000E+01    0.0000000E+00    4.0000000E+00
 -4.9990000E+00    1.1000000E+02   -1.0000000E-12    0.0000000E+00    1.0000000E+02    0.0000000E+00    5.0000000E+00
"""
HEADINGS = {
    "# 0 [Electrical conductivity in SI units, i.e. in 1/Ohm/m]": ("sigma", "1/Ohm/m"),
    "# 0 [Electrical conductivity * Seebeck coefficient in SI units, i.e. in A/m/K]": (
        "sigma_seebeck",
        "A/m/K",
    ),
    "# 0 [K coefficient in SI units, i.e. in W/m/K]": ("kappa", "W/m/K"),
    "# 1 [Seebeck coefficient in SI units, i.e. in V/K]": ("seebeck", "V/K"),
}


def test_tensors_by_temperature() -> None:
    (found,) = read_transport(SEEBECK.splitlines())
    assert (found.quantity, found.unit, found.spin) == ("seebeck", "V/K", 0)
    assert found.components == ("xx", "xy", "yx", "yy")
    assert [block.temperature_k for block in found.blocks] == [300.0, 310.0]
    first = found.blocks[0]
    assert (first.mu_ev, first.carriers, first.volume_cm3) == ((-4.0, -3.9), (5.0, -5.5), 4e-22)
    assert first.tensors[1] == (-9e-06, 1e-19, 1.1e-19, 2.1e-05)


def test_the_distribution_function() -> None:
    (found,) = read_transport(TDF.splitlines())
    assert (found.quantity, found.unit) == ("tdf", "1/hbar^2*eV*fs/angstrom")
    assert (found.energies_ev, found.blocks) == ((-5.0, -4.999), ())
    assert found.components == ("xx", "xy", "xz", "yy", "yz", "zz")
    assert found.values[1][0] == 110.0


@pytest.mark.parametrize("heading", HEADINGS)
def test_headings(heading: str) -> None:
    assert looks_like_transport(heading)
    (found,) = read_transport([heading, *SEEBECK.splitlines()[1:]])
    assert (found.quantity, found.unit) == HEADINGS[heading]
    assert found.spin == int(heading[2])


def test_each_spin_has_its_part() -> None:
    parts = read_transport((SEEBECK + SEEBECK.replace("# 0", "# 1")).splitlines())
    assert [part.spin for part in parts] == [0, 1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# 0 [Seebeck", "# NKPT 3 [Seebeck", "line 1 is not the heading"),
        ("[Seebeck coefficient", "[Peltier coefficient", "line 1: no quantity that is known"),
        ("# Mu(eV)", "# Nu(eV)", "line 2 is no heading that is known"),
        (
            "# Mu(eV) T(K) N(#carriers) S_xx S_xy S_yx S_yy\n",
            "",
            "line 3: numbers before the names",
        ),
        ("Npoints =       2", "Npoints =       3", "line 3 announces 3 points, 2 follow"),
        ("    2.2000000E-05", "", "line 7 holds 6 numbers instead of 7"),
        ("2.0000000E-05", "NaN", "line 4 is not made of numbers"),
        ("2.0000000E-05", "*************", "line 4 is not made of numbers"),
        ("2.0000000E-05", "2.0000000E+999", "line 4 is not made of numbers"),
    ],
)
def test_a_broken_table_is_told_with_its_line(old: str, new: str, message: str) -> None:
    assert old in SEEBECK
    with pytest.raises(ParseError, match=message):
        read_transport(SEEBECK.replace(old, new, 1).splitlines())


def test_a_table_without_numbers_is_torn() -> None:
    for cut in (0, 1, 2, 3, 4, 6):
        with pytest.raises(ParseError, match="line"):
            read_transport(SEEBECK.splitlines()[:cut])


@given(st.text(max_size=60), st.integers(0, len(SEEBECK)))
def test_garbage_is_a_parse_error_or_a_table(text: str, place: int) -> None:
    try:
        read_transport((SEEBECK[:place] + text + SEEBECK[place:]).splitlines())
    except ParseError as error:
        assert error.message.startswith("line ")  # noqa: PT017 -- it may also stay whole
