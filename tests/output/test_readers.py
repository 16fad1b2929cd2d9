"""Each small reader on a short excerpt of our own, in the form that its docstring quotes."""

from __future__ import annotations

from typing import Any

import pytest

from crystald.crystal.output import Output, read_output
from crystald.crystal.output.faults import fault_of_ending, fault_of_error
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.stream import Lines
from crystald.models import VerdictKind

GEOMETRY = """\
 GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    3
 (NON PERIODIC DIRECTION: LATTICE PARAMETER FORMALLY SET TO 500)
 *******************************************************************************
 LATTICE PARAMETERS (ANGSTROMS AND DEGREES) - BOHR = 0.5291772083 ANGSTROM
 PRIMITIVE CELL - CENTRING CODE 5/0 VOLUME=    16.000000 - DENSITY  3.58 g/cm^3
         A              B              C           ALPHA      BETA       GAMMA
     2.82842712     2.82842712     2.82842712    60.000000  60.000000  60.000000
 *******************************************************************************
 ATOMS IN THE ASYMMETRIC UNIT    2 - ATOMS IN THE UNIT CELL:    2
     ATOM              X/A                 Y/B                 Z/C
 *******************************************************************************
   1 T  12 MG    0.000000000000E+00  0.000000000000E+00  0.000000000000E+00
   2 F 208 O    -5.000000000000E-01-5.000000000000E-01 -5.000000000000E-01

 TRANSFORMATION MATRIX PRIMITIVE-CRYSTALLOGRAPHIC CELL
 CRYSTALLOGRAPHIC CELL (VOLUME=         64.00000000)
         A              B              C           ALPHA      BETA       GAMMA
     4.00000000     4.00000000     4.00000000    90.000000  90.000000  90.000000
 COORDINATES IN THE CRYSTALLOGRAPHIC CELL
     ATOM              X/A                 Y/B                 Z/C
 *******************************************************************************
   1 T  12 MG    0.000000000000E+00  0.000000000000E+00  0.000000000000E+00
   2 F 208 O     5.000000000000E-01  5.000000000000E-01  5.000000000000E-01

 NUMBER OF SYMMETRY OPERATORS         :   48
 SPACE GROUP (CENTROSYMMETRIC)        :  F M 3 M
 DIRECT LATTICE VECTORS CARTESIAN COMPONENTS (ANGSTROM)
          X                    Y                    Z
   0.000000000000E+00   0.200000000000E+01   0.200000000000E+01
   0.200000000000E+01   0.000000000000E+00   0.200000000000E+01
   0.200000000000E+01   0.200000000000E+01   0.000000000000E+00
"""
SHELLS = """\
 LOCAL ATOMIC FUNCTIONS BASIS SET
 *******************************************************************************
   ATOM   X(AU)   Y(AU)   Z(AU)  N. TYPE  EXPONENT  S COEF   P COEF   D/F/G COEF
 *******************************************************************************
   1 MG   0.000   0.000   0.000
                                  1 S
                                         2.000E+02 1.000E+00 0.000E+00 0.000E+00
                           2-     5 SP
                                         2.000E+00-1.000E+00 1.000E+00 0.000E+00
   2 O   -3.780  -3.780-103.780
                                  6 S
                           7-     9 P
                          10-    14 D
                                         2.000E+00 0.000E+00 0.000E+00 1.000E+00
   3 MG-11.000   0.000   0.000
"""


def read(text: str) -> Output:
    return read_output(text.splitlines())


def test_numbers_as_fortran_prints_them() -> None:
    assert floats("659.2238-404.2543 1.0D-02 .5 ****") == [659.2238, -404.2543, 0.01, 0.5]
    assert floats("1e999 2") == [2.0]
    assert first_float("******") is None
    assert first_float("1e999") is None


def test_the_frame_of_a_run(texts: Any) -> None:
    out = read(texts.run)
    assert (out.program, out.version, out.title) == (
        "crystal",
        "17 1.0.2 - Aug 1st, 2017",
        "our own title",
    )
    assert (out.elapsed_s, out.cpu_s, out.terminated) == (12.5, 11.25, True)
    assert (out.kind, out.verdict.kind) == ("SP", VerdictKind.OK)


def test_the_self_consistent_field(texts: Any) -> None:
    out = read(texts.run)
    assert (out.scf_converged, out.scf_cycles) == (True, 2)
    assert (out.energy_ha, out.energy_kind) == (-275.00000000001, "SCF")
    assert (out.band_gap_ev, out.band_gap_type, out.conducting) == (6.8028, "direct", False)
    assert (out.vbm_ha, out.cbm_ha, out.fermi_ha) == (-0.15, 0.1, -0.15)
    assert out.lines["fermi"] == out.lines["vbm"]


def test_too_many_cycles_is_a_fault_in_spite_of_the_end(texts: Any) -> None:
    out = read(texts.run.replace("CONVERGENCE ON ENERGY     ", "TOO MANY CYCLES           "))
    assert out.terminated
    assert out.verdict.fault == "scf-not-converged"
    assert out.verdict.line is not None
    assert "TOO MANY CYCLES" in out.verdict.line


def test_corrections_are_kept_apart() -> None:
    out = read(
        " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -1.0000000000000E+01 CYCLES   9\n"
        " D3 DISPERSION ENERGY (AU)      -1.0000000000000E-01\n"
        " GCP ENERGY (AU)                 5.0000000000000E-02\n"
        " TOTAL ENERGY + DISP + GCP (AU) -1.0050000000000E+01\n"
    )
    assert (out.energy_scf_ha, out.dispersion_ha, out.gcp_ha) == (-10.0, -0.1, 0.05)
    assert (out.energy_ha, out.energy_kind) == (-10.05, "SCF+D3+GCP")


def test_a_metal(texts: Any) -> None:
    metal = texts.run.replace(
        " INSULATING STATE\n", " POSSIBLY CONDUCTING STATE - EFERMI(AU) 2.0E-01\n"
    )
    kept = [line for line in metal.splitlines() if "EIG" not in line and "GAP" not in line]
    out = read_output(kept)
    assert (out.conducting, out.band_gap_ev, out.fermi_ha) == (True, 0.0, 0.2)


@pytest.mark.parametrize(
    ("beta_top", "gap_ev"), [("-1.5000000E-01", 2.7211), ("-1.0000000E-01", 1.3606)]
)
def test_the_gap_over_both_spins(beta_top: str, gap_ev: float) -> None:
    out = read(
        "    ALPHA      ELECTRONS\n"
        " INSULATING STATE\n"
        " TOP OF VALENCE BANDS -    BAND     10; K    1; EIG -1.5000000E-01 AU\n"
        " BOTTOM OF VIRTUAL BANDS - BAND     11; K    1; EIG -5.0000000E-02 AU\n"
        " DIRECT ENERGY BAND GAP:   2.7211 eV\n"
        "    BETA       ELECTRONS\n"
        " INSULATING STATE\n"
        f" TOP OF VALENCE BANDS -    BAND      9; K    1; EIG {beta_top} AU\n"
        " BOTTOM OF VIRTUAL BANDS - BAND     10; K    4; EIG  1.0000000E-01 AU\n"
        " INDIRECT ENERGY BAND GAP:   6.8028 eV\n"
    )  # fmt: skip
    assert out.band_gap_ev == pytest.approx(gap_ev, abs=1e-4)
    assert out.gaps["alpha"].gap_ev == 2.7211
    assert out.gaps["beta"].type == "indirect"


def test_no_printed_gap_is_no_gap(texts: Any) -> None:
    kept = [line for line in texts.run.splitlines() if "STATE" not in line and "BAND" not in line]
    out = read_output(kept)
    assert (out.band_gap_ev, out.conducting, out.fermi_ha) == (None, None, None)


def test_gaps_after_an_optimisation() -> None:
    assert read("   BAND GAP:                     17.4781  eV\n").band_gap_ev == 17.4781
    metal = read("   FERMI ENERGY:                 -1.6583926E-01 Ha\n")
    assert (metal.conducting, metal.fermi_ha) == (True, -0.16583926)


def test_a_geometry() -> None:
    out = read(GEOMETRY)
    geometry = out.geometry
    assert geometry is not None
    assert (out.dimensionality, out.n_atoms, out.n_symmetry_operators) == (3, 2, 48)
    assert out.space_group_symbol == "F M 3 M"
    assert geometry.volume_ang3 == 16.0
    assert geometry.primitive_parameters == (2.82842712,) * 3 + (60.0,) * 3
    assert geometry.crystallographic_parameters == (4.0,) * 3 + (90.0,) * 3
    assert geometry.crystallographic_volume_ang3 == 64.0
    assert geometry.lattice_ang == ((0.0, 2.0, 2.0), (2.0, 0.0, 2.0), (2.0, 2.0, 0.0))
    assert [(a.asymmetric, a.number, a.symbol) for a in geometry.atoms] == [
        (True, 12, "Mg"),
        (False, 208, "O"),
    ]
    assert (geometry.atoms[1].x, geometry.atoms[1].y) == (-0.5, -0.5)
    assert geometry.crystallographic_atoms is not None
    assert geometry.crystallographic_atoms[1].z == 0.5


def test_numbered_symbols_and_ghosts() -> None:
    out = read(GEOMETRY.replace(" 208 O  ", "   0 XX ").replace("  12 MG ", "  12 MG1"))
    assert out.geometry is not None
    assert [atom.symbol for atom in out.geometry.atoms] == ["Mg", "Xx"]


@pytest.mark.parametrize(
    "noise",
    [
        " PROCESS           19  OF           32  WORKING\n",
        " PROCESS 3 OF 4 WORKING PROCESS 2 OF 4 WORKING\n",
        "MPI startup(): Warning: I_MPI_PMI_LIBRARY will be ignored\n",
        "Note: The following floating-point exceptions are signalling: IEEE_UNDERFLOW_FLAG\n",
    ],
)
def test_noise_of_other_ranks_is_passed_over_everywhere(noise: str) -> None:
    lines = GEOMETRY.splitlines(keepends=True)
    out = read(noise.join(["", *lines]))
    quiet = read(GEOMETRY)
    assert out.geometry is not None
    assert quiet.geometry is not None
    assert out.geometry.atoms == quiet.geometry.atoms != ()
    assert out.geometry.crystallographic_atoms == quiet.geometry.crystallographic_atoms
    assert out.geometry.lattice_ang == quiet.geometry.lattice_ang
    assert out.lines["atoms"] == 2 * quiet.lines["atoms"]


def test_noise_within_a_line_is_taken_out() -> None:
    torn = GEOMETRY.replace(
        "   1 T  12 MG", " PROCESS           3  OF           4  WORKING   1 T  12 MG"
    )
    assert read(torn).n_atoms == 2
    out = read(torn)
    assert out.geometry is not None
    assert len(out.geometry.atoms) == 2


def test_a_cut_table_of_atoms_gives_none() -> None:
    row = GEOMETRY.splitlines(keepends=True)[11]
    noisy = GEOMETRY.replace(row, " TEXT OF SOMEBODY\n" + row, 1)
    for text in (noisy, "".join(GEOMETRY.splitlines(keepends=True)[:12])):
        out = read(text)
        assert out.geometry is not None
        assert out.geometry.atoms == ()


def test_stars_for_a_volume_leave_the_cell() -> None:
    out = read(GEOMETRY.replace("VOLUME=    16.000000", "VOLUME=************"))
    assert out.geometry is not None
    assert out.geometry.volume_ang3 is None
    assert out.geometry.primitive_parameters is not None


def test_the_final_geometry_follows_the_first() -> None:
    moved = GEOMETRY.replace("GEOMETRY FOR WAVE FUNCTION", "FINAL OPTIMIZED GEOMETRY").replace(
        "2.82842712", "2.90000000"
    )
    out = read(GEOMETRY + moved)
    assert out.geometry is not None
    assert out.initial_geometry is not None
    assert out.geometry.final
    assert out.geometry.primitive_parameters is not None
    assert out.geometry.primitive_parameters[0] == 2.9
    assert out.initial_geometry.primitive_parameters is not None
    assert out.initial_geometry.primitive_parameters[0] == 2.82842712


def test_shells_of_atoms_of_a_kind() -> None:
    out = read(
        SHELLS + " NUMBER OF AO                19  EXCHANGE OVERLAP TOL        (T3) 10**   -6\n"
    )
    assert [(s.atom, s.type, s.first, s.last) for s in out.shells] == [
        (1, "S", 1, 1),
        (1, "SP", 2, 5),
        (2, "S", 6, 6),
        (2, "P", 7, 9),
        (2, "D", 10, 14),
        (3, "S", 15, 15),
        (3, "SP", 16, 19),
    ]


def test_two_kinds_of_one_element_keep_their_shells() -> None:
    atoms = GEOMETRY.replace("   2 F 208 O ", "   2 T 112 MG")
    table = SHELLS.replace("   2 O ", "   2 MG").replace("   3 MG-11.000   0.000   0.000\n", "")
    out = read(atoms + table)
    assert [s.last for s in out.shells] == [1, 5, 6, 9, 14]


def test_a_torn_table_of_shells_gives_none() -> None:
    torn = SHELLS.replace("                           2-     5 SP\n", " TEXT OF SOMEBODY\n")
    assert read(torn + " NUMBER OF AO                19\n").shells == ()


def test_a_table_of_shells_ends_with_its_rows(texts: Any) -> None:
    """Printed again before the SCF, it is followed by lines without any stars."""
    out = read(
        texts.head + SHELLS + " CHARGE NORMALIZATION FACTOR   1.00000000\n" + texts.scf + texts.tail
    )
    assert out.energy_ha == -275.00000000001
    assert out.verdict.kind is VerdictKind.OK


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


def test_frequencies() -> None:
    out = read(
        "    MODES         EIGV          FREQUENCIES     IRREP  IR   INTENS    RAMAN\n"
        "             (HARTREE**2)   (CM**-1)     (THZ)             (KM/MOL)\n"
        "    1-   3    0.1000E-19      0.0000    0.0000  (F1u)   A (     0.00)   I\n"
        "    4-   5    0.4283E-06    143.6263    4.3058  (E  )   A (     0.00)   A\n"
        "\n"
        " E0            :        0.012345        0.3359       32.41\n"
    )
    assert out.frequencies_cm1 == (0.0, 0.0, 0.0, 143.6263, 143.6263)
    assert (out.kind, out.zero_point_ha) == ("FREQ", 0.012345)


def test_a_path() -> None:
    out = read(" FROM BAND   1 TO BAND  26\n TOTAL OF  201 K-POINTS ALONG THE PATH\n")
    assert (out.n_bands, out.n_path_points, out.kind) == (26, 201, "BAND")


@pytest.mark.parametrize(
    ("end", "fault"),
    [
        (" * OPT END - CONVERGED * E(AU):  -2.746642754449E+02  POINTS    6 *\n", None),
        (
            " * OPT END - FAILED    * E(AU):  -2.746642754449E+02  POINTS  100 *\n",
            "opt-not-converged",
        ),
        ("", "opt-not-converged"),
    ],
)
def test_the_end_of_an_optimisation(texts: Any, end: str, fault: str | None) -> None:
    point = " COORDINATE AND CELL OPTIMIZATION - POINT    6\n"
    out = read(texts.head + point + texts.scf + end + texts.tail)
    assert out.verdict.fault == fault
    assert out.kind == "OPT"
    if end:
        assert (out.energy_ha, out.energy_kind) == (-274.6642754449, "SCF")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (" ERROR **** NEIGHB **** USE KEYWORD SMALLDIST TO RUN ANYWAY", "atoms-too-close"),
        (" ERROR **** LoadBa **** BASIS SET IS NOT IMPLEMENTED FOR REQUESTED ELEMENT", "no-basis"),
        (" ERROR **** BFGS_ **** PXK TOO SMALL", "opt-flat"),
        (" ERROR **** OPTGEOM **** SCF FAILED - OPTGEOM STOP", "scf-in-optimisation"),
        (" ERROR **** NOBODY **** KNOWS THIS", "unknown-error"),
    ],
)  # fmt: skip
def test_errors_have_a_class(texts: Any, text: str, fault: str) -> None:
    assert fault_of_error(text) == fault
    verdict = read(texts.head + text + "\n").verdict
    assert (verdict.kind, verdict.fault, verdict.line_number) == (VerdictKind.FAULT, fault, 8)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("slurmstepd: error: *** JOB 1 ON n1 CANCELLED AT … DUE TO TIME LIMIT ***", "time-limit"),
        ("slurmstepd: error: Detected 1 oom-kill event(s) in step 1.0", "memory"),
        ("forrtl: error (78): process killed (SIGTERM)", "killed"),
        ("forrtl: severe (38): error during write, unit 9", "disk"),
        ("forrtl: severe (174): SIGSEGV, segmentation fault occurred", "crash"),
        ("=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES", "crash"),
    ],
)
def test_endings_count_without_a_normal_end(texts: Any, text: str, fault: str) -> None:
    assert fault_of_ending(text) == fault
    assert read(texts.head + texts.scf + text + "\n").verdict.fault == fault
    assert read(texts.head + text + "\n" + texts.scf + texts.tail).verdict.kind is VerdictKind.OK


@pytest.mark.parametrize("text", ["ORTE_ERROR_LOG: something", " ERROR.pe1", "Error: no module x"])
def test_harmless_words_are_no_faults(texts: Any, text: str) -> None:
    assert read(text + "\n" + texts.run).verdict.kind is VerdictKind.OK


def test_only_the_last_cycle_says_nothing_of_its_states(texts: Any) -> None:
    """A state that a cycle in the middle did not repeat is forgotten; the last one's stands."""
    silent = " CYC   3 ETOT(AU) -2.750000000000E+02 DETOT -5.00E-09 tst  1.00E-09 PX  1.00E-05\n"
    scf = texts.scf.split(" == SCF ENDED")[0]
    assert read(texts.head + scf + silent).conducting is False
    assert read(texts.head + scf + silent + silent.replace("  3", "  4")).conducting is None
    locked = silent + " SPIN LOCKING: NO ENERGY GAP COMPUTED\n"
    assert read(texts.head + scf + locked + silent).band_gap_ev is None


def test_edges_are_the_outermost_of_all_k_points() -> None:
    out = read(
        " INSULATING STATE\n"
        " TOP OF VALENCE BANDS -    BAND     10; K   11; EIG -1.4743064E-01 AU\n"
        " TOP OF VALENCE BANDS -    BAND     10; K    1; EIG -1.6059321E-01 AU\n"
        " BOTTOM OF VIRTUAL BANDS - BAND     11; K  378; EIG  3.1898111E-01 AU\n"
        " INDIRECT ENERGY BAND GAP:  12.6917 eV\n"
        " BOTTOM OF VIRTUAL BANDS - BAND     11; K    1; EIG  3.9898111E-01 AU\n"
    )
    assert (out.vbm_ha, out.vbm_k_point) == (-0.14743064, 11)
    assert (out.cbm_ha, out.cbm_k_point) == (0.31898111, 378)
    assert out.fundamental_gap_ev == out.band_gap_ev == 12.6917


def test_a_level_shifter_takes_edges_from_the_fermi_energy() -> None:
    out = read(
        " INSULATING STATE - LEVEL SHIFTER    1.00 au\n"
        " TOP OF VALENCE BANDS -    BAND     72; K    4; EIG -1.1760295E+00 AU\n"
        " BOTTOM OF VIRTUAL BANDS - BAND     73; K    4; EIG -1.5763683E-01 AU\n"
    )
    assert (out.level_shifter_ha, out.fermi_ha, out.fundamental_gap_ev) == (1.0, None, None)
    assert out.vbm_ha == -1.1760295


def test_edges_of_minus_and_plus_one_are_no_edges() -> None:
    out = read(
        " INSULATING STATE\n"
        " TOP OF VALENCE BANDS -    BAND    378; K    1; EIG -1.0000000E+00 AU\n"
        " BOTTOM OF VIRTUAL BANDS - BAND    379; K    1; EIG  1.0000000E+00 AU\n"
    )
    assert (out.vbm_ha, out.cbm_ha, out.conducting) == (None, None, False)


def test_a_run_of_old_versions_tells_the_top_in_one_line() -> None:
    out = read(" INSULATING STATE - TOP OF VALENCE BANDS (A.U.) -8.4510987E-01\n")
    assert (out.conducting, out.vbm_ha, out.fermi_ha) == (False, -0.84510987, -0.84510987)


SLAB = """\
 GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    2
 LATTICE PARAMETERS (ANGSTROMS AND DEGREES) - BOHR = 0.5291772083 ANGSTROM
 PRIMITIVE CELL
         A              B              C           ALPHA      BETA       GAMMA
     2.46000000     2.46000000   500.00000000    90.000000  90.000000 120.000000
 *******************************************************************************
 ATOMS IN THE ASYMMETRIC UNIT    1 - ATOMS IN THE UNIT CELL:    2
     ATOM              X/A                 Y/B             Z(ANGSTROM)
 *******************************************************************************
   1 T   6 C    -3.333333333333E-01  3.333333333333E-01  0.000000000000E+00
   2 F   6 C     3.333333333333E-01 -3.333333333333E-01  0.000000000000E+00
"""


def test_slabs_have_a_cell_without_a_volume_at_every_point() -> None:
    out = read(SLAB + SLAB.split("\n", 2)[2].replace("2.46000000", "2.47000000"))
    assert out.geometry is not None
    assert out.initial_geometry is not None
    assert out.geometry.primitive_parameters == (2.47, 2.47, 500.0, 90.0, 90.0, 120.0)
    assert out.initial_geometry.primitive_parameters == (2.46, 2.46, 500.0, 90.0, 90.0, 120.0)
    assert out.geometry.volume_ang3 is None
    assert [len(g.atoms) for g in (out.geometry, out.initial_geometry)] == [2, 2]


def test_a_molecule_has_atoms_of_its_own_at_every_point() -> None:
    head = " GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    0\n"
    atoms = "\n".join(SLAB.splitlines()[6:]) + "\n\n"
    out = read(head + atoms + atoms.replace("-3.333333333333E-01", " 1.000000000000E-01"))
    assert out.geometry is not None
    assert out.initial_geometry is not None
    assert (out.geometry.atoms[0].x, out.initial_geometry.atoms[0].x) == (0.1, -0.3333333333333)
    assert out.geometry.primitive_parameters is None


@pytest.mark.parametrize(
    ("line", "kind", "number", "symbol", "point"),
    [
        (" SPACE GROUP (CENTROSYMMETRIC)        :  F M 3 M", "space", None, "F M 3 M", None),
        (" SPACE  GROUP  N.                     :  123", "space", 123, None, None),
        (" TWO-SIDED PLANE GROUP N. 77          :  P 6 M M", "layer", 77, "P 6 M M", None),
        (
            " POLYMER GROUP N. 28                  :  P 2/M 2/M 2/M",
            "rod",
            28,
            "P 2/M 2/M 2/M",
            None,
        ),
        (" POINT  GROUP  N. 15                  :  MM2    OR  C2V", "point", 15, None, "C2V"),
        (" SYMMETRY CHANGED DURING OLD RUN :  INFORMATION ON SPACE GROUP LOST", *(None,) * 4),
    ],
)
def test_groups(
    line: str, kind: str | None, number: int | None, symbol: str | None, point: str | None
) -> None:
    out = read(line)
    assert (out.group_kind, out.group_number) == (kind, number)
    assert (out.space_group_symbol, out.point_group_symbol) == (symbol, point)


def test_the_group_of_the_bulk_is_not_that_of_its_slab() -> None:
    out = read(" SPACE GROUP (CENTROSYMMETRIC)        :  I M 3 M\n" + SLAB)
    assert (out.group_kind, out.space_group_symbol) == (None, None)


@pytest.mark.parametrize(
    ("banner", "release", "version"),
    [
        ("CRYSTAL06", "Release : 1.0 - built  25 Aug 2006 13:02", "06 1.0 - built  25 Aug 2006 13:02"),
        ("CRYSTAL06", "Release 1.0 - v1_0_2", "06 1.0 - v1_0_2"),
        ("CRYSTAL09", "public : 2.0", "09 2.0"),
        ("CRYSTAL14", "develop :  - June, 2016", "14 June, 2016"),
        ("CRYSTAL22", "public : 1.0.1 - Jul 29th, 2021", "22 1.0.1 - Jul 29th, 2021"),
        ("CRYSTAL23", "public : 1.0.1 - October 2022", "23 1.0.1 - October 2022"),
        ("CRYSTAL31", "public : 9.9", "31 9.9"),
    ],
)  # fmt: skip
def test_versions(banner: str, release: str, version: str) -> None:
    out = read(f" * {banner:^75} *\n * {release:^75} *\n EEEEEEEEEE STARTING  DATE\n t\n")
    assert (out.program, out.version) == ("crystal", version)


def test_titles_stand_below_the_start_or_above_the_type_of_properties() -> None:
    start = " EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 01:02:03.0\n"
    noise = " PROCESS            7  OF           32  WORKING\n"
    assert read(start + noise + " our title\n").title == "our title"
    assert read(start + "\n").title is None
    out = read(
        start + " INFORMATION **** SET_MPP **** PCRYSTAL CALCULATION\n\n"
        " *****\n our title\n CRYSTAL - PROPERTIES - TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL\n"
    )
    assert (out.title, out.properties_run) == ("our title", True)


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        ([" * OPTIMIZATION STARTS *", " CYC   0 ETOT(AU) -1.0"], "OPT SP"),
        ([" CYC   0 ETOT(AU) -1.0", "   FREQUENCY CALCULATION"], "FREQ SP"),
        ([" INFORMATION **** INPFREQ **** FREQUENCY CALCULATION RESTART(DATA …)"], "FREQ"),
        (["      EQUATION OF STATE CALCULATION", " COORDINATE OPTIMIZATION - POINT    2"], "EOS OPT"),
        (["      ELASTIC CALCULATION"], "ELASTIC"),
        ([" WARNING **** CRYSTA **** TESTGEOM  DIRECTIVE - GEOMETRY EDITING COMPLETE"], "TESTGEOM"),
        ([f" {'T' * 30} BAND        TELAPSE  1.0 TCPU 1.0", f" {'T' * 30} DOSS        TELAPSE"], "BAND DOSS"),
        ([f" {'T' * 30} BOLTZTRA    TELAPSE      9.9 TCPU       9.9"], "TRANSPORT"),
        ([f" {'T' * 30} ECH3        TELAPSE      9.9 TCPU       9.9"], "CHARGE"),
    ],
)  # fmt: skip
def test_kinds_are_told_by_printed_lines(lines: list[str], kinds: str) -> None:
    out = read_output(lines)
    assert set(out.kinds) == set(kinds.split())
    assert out.kind == kinds.split(maxsplit=1)[0]


def test_corrections_go_into_the_end_of_an_optimisation() -> None:
    out = read(
        " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -1.0000000000000E+01 CYCLES   9\n"
        " D3 DISPERSION ENERGY (AU)      -1.0000000000000E-01\n"
        " TOTAL ENERGY + DISP (AU) -1.0100000000000E+01\n"
        " TOTAL ENERGY(DFT)(AU)(   6) -1.0200000000000E+01     DE (AU)   -1.000E-01\n"
    )
    assert (out.energy_ha, out.energy_kind) == (-10.2, None)
    out = read(
        " D3 DISPERSION ENERGY (AU)      -1.0000000000000E-01\n"
        " * OPT END - CONVERGED * E(AU):  -1.030000000000E+01  POINTS    6 *\n"
    )
    assert (out.energy_ha, out.energy_kind) == (-10.3, "SCF+D3")


def test_cycles_beyond_999_and_numbers_that_became_stars() -> None:
    out = read(
        " CYC1000 ETOT(AU) -2.750000000000E+02 DETOT -5.00E+00 tst  1.00E-05 PX  1.00E-03\n"
        " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -2.7500000000001E+02 CYCLES1001\n"
    )
    assert (out.scf_cycles, out.energy_ha) == (1001, -275.00000000001)
    out = read(
        " CYC *** ETOT(AU) -2.750000000000E+02 DETOT -5.00E+00 tst  1.00E-05 PX  1.00E-03\n"
        " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -2.7500000000001E+02 CYCLES ***\n"
    )
    assert (out.scf_converged, out.energy_ha, out.scf_cycles) == (True, -275.00000000001, None)


def test_a_line_that_ends_one_table_and_begins_another_is_read_twice() -> None:
    lines = Lines(["a", "b", "c", "d"])
    seen = []
    for line in lines:
        seen.append((line, lines.number))
        if line in "ab":  # reads on, and gives the next line back
            lines.next()
            lines.back()
    assert seen == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]


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


def test_stops_of_an_optimisation_are_warnings() -> None:
    out = read(
        " FLAT SURFACE - NO CHANGE IN ENERGY FOR   4 STEPS\n"
        " CONVERGENCE ON GRADIENT - NO CHANGE IN ENERGY FOR   2 STEPS\n"
        " WARNING!! FORCE   1 AT CENTRAL POINT IS GREATER THAN 10^-4. OPTIMIZE THE STRUCTURE\n"
        " CONVERGENCE TESTS SATISFIED AFTER   5 ENERGY AND GRADIENT CALCULATIONS\n"
    )
    assert len(out.warnings) == 3


def test_a_restarted_optimisation_tells_no_corrections_and_so_no_kind() -> None:
    point = " TOTAL ENERGY(DFT)(AU)( 15) -1.6032187293106E+04     DE (AU)    1.061E-08\n"
    end = " * OPT END - CONVERGED * E(AU):  -1.603218729400E+04  POINTS    6 *\n"
    for text, energy_ha in ((point, -16032.187293106), (point + end, -16032.187294)):
        out = read(text)
        assert (out.energy_ha, out.energy_kind) == (energy_ha, None)
