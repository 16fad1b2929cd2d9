"""Sizes and settings in words."""

from __future__ import annotations

from output.printed import read


def test_sizes_and_settings() -> None:
    out = read(
        " TYPE OF CALCULATION :  UNRESTRICTED OPEN SHELL\n"
        " N. OF ELECTRONS PER CELL        20  COULOMB OVERLAP TOL         (T1) 10**   -6\n"
        " NUMBER OF AO                18  EXCHANGE OVERLAP TOL        (T3) 10**   -6\n"
        " SHRINK. FACT.(MONKH.)    8  8  6  NUMBER OF K POINTS IN THE IBZ     29\n"
        " SHRINKING FACTOR(GILAT NET)   16  NUMBER OF K POINTS(GILAT NET)    145\n"
        " Loading internal basis set: POB-TZVP-REV2\n"
        " INFORMATION **** GUESSP **** SCF GUESS FROM A PREVIOUS RUN DENSITY MATRIX\n"
        " WARNING **** INPBAS **** UNIT CELL NOT NEUTRAL\n"
    )
    assert (out.spin_polarised, out.n_electrons, out.n_ao) == (True, 20.0, 18)
    assert (out.shrink, out.n_k_points, out.gilat) == ((8, 8, 6), 29, 16)
    assert (out.basis_name, out.guess_from_previous) == ("POB-TZVP-REV2", True)
    assert out.warnings == ("WARNING **** INPBAS **** UNIT CELL NOT NEUTRAL",)
    assert out.verdict.fault is None


def test_sizes_that_became_stars_are_unknown() -> None:
    right = "  EXCHANGE PSEUDO OVP (F(G))  (T4) 10**   -6\n"
    out = read(
        f" N. OF ELECTRONS PER CELL *****{right} NUMBER OF AO             *****{right}"
        f" N. OF ATOMS PER CELL     *****{right} N. OF SYMMETRY OPERATORS *****{right}"
    )
    assert (out.n_electrons, out.n_ao, out.n_atoms, out.n_symmetry_operators) == (None,) * 4
    out = read(
        " N. OF ELECTRONS PER CELL123456  EXCHANGE\n NUMBER OF AO            1000000EXCHANGE\n"
    )
    assert (out.n_electrons, out.n_ao) == (123456.0, 1000000)


def test_a_properties_run_tells_the_k_points_of_the_wavefunction() -> None:
    out = read(
        " SHRINK. FACT.(MONKH.)    12 12 12  SHRINKING FACTOR(GILAT NET)       24\n"
        " NUMBER OF K POINTS IN THE IBZ 294  CELL VOLUME (A.U.)        686.275217\n"
    )
    assert (out.shrink, out.gilat, out.n_k_points) == ((12, 12, 12), 24, 294)
    assert out.lines["k_points"] == 2
    assert read(" NUMBER OF K POINTS IN THE IBZ12345\n").n_k_points == 12345
    assert read(" NUMBER OF K POINTS IN THE IBZ ***\n").n_k_points is None
