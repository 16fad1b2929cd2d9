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


def test_topond_prints_the_sizes_once_more_and_says_less() -> None:
    out = read(
        " CRYSTAL - PROPERTIES - TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL\n"
        " LATTICE PARAMETERS  (ANGSTROM AND DEGREES) - PRIMITIVE CELL\n"
        "       A          B          C         ALPHA      BETA     GAMMA        VOLUME\n"
        "    5.50000    5.50000    4.50000     90.0000   90.0000   90.0000     136.12500\n"
        " KIN. ENERGY   4.4702075585503E+02  VIR. COEFF.           9.99261776E-01\n"
        " SHRINK. FACT.(MONKH.)     2  2  2  SHRINKING FACTOR(GILAT NET)        4\n"
        " NUMBER OF K POINTS IN THE IBZ   6  CELL VOLUME (A.U.)        978.912403\n"
        " *                              T O P O N D  2 0 2 1                           *\n"
        " LATTICE PARAMETERS  (BOHR AND DEGREES) - PRIMITIVE CELL\n"
        "        A           B           C        ALPHA        BETA       GAMMA       VOLUME\n"
        "    10.39349    10.39349     8.50377    90.00000    90.00000    90.00000   918.61000\n"
        " KIN. ENERGY       4.47020756E+02  VIR. COEFF.           9.99261776E-01\n"
        " SHRINK. FACT.(MONKH.)    2  2  2  STARS FOR FOURIER EXP. OF E(K)     1\n"
    )
    assert (out.kind, out.n_k_points, out.gilat) == ("TOPOND", 6, 4)
    assert out.facts.value("kinetic_energy") == 447.02075585503
    assert out.geometry is not None
    assert out.geometry.primitive_parameters == (5.5, 5.5, 4.5, 90.0, 90.0, 90.0)


def test_the_list_of_a_net_of_newk_is_the_one_that_band_edges_count_in() -> None:
    out = read(
        " SHRINK. FACT.(MONKH.)    12 12 12  SHRINKING FACTOR(GILAT NET)       24\n"
        " NUMBER OF K POINTS IN THE IBZ  72  CELL VOLUME (A.U.)        126.516573\n"
        " POINTS IN THE IBZ                   2 POINTS(GILAT NET)                 2\n"
        " SHRINK FACTORS(MONK.)         2  2  2 SHRINK FACTOR(GILAT)              4\n"
        " *** K POINTS COORDINATES (OBLIQUE COORDINATES IN UNITS OF IS =  2)\n"
        "   1-R(  0  0  0)   2-R(  1  0  0)\n\n"
    )
    assert (out.shrink, out.gilat, out.n_k_points) == ((12, 12, 12), 24, 72)
    points = out.facts.value("k_point_list")
    assert isinstance(points, tuple)
    assert [point.indices for point in points] == [(0, 0, 0), (1, 0, 0)]
    assert out.facts.value("newk_shrink") == (2, 2, 2)
    assert out.facts.value("gilat_points") is None
