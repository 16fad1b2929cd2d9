"""What is printed in every cycle or at every point is kept unread; the newest whole one is told."""

from __future__ import annotations

from typing import Any

from crystald.crystal.output import read_output, read_runs
from crystald.crystal.output.facts import Facts, Later
from crystald.crystal.output.gaps import LINES_MAX

CYCLE = " CYC{number:4d} ETOT(AU) -2.712E+02 DETOT -1.32E-07 tst  1.15E-07 PX  3.62E-04"
CHARGES = [" TOTAL ATOMIC CHARGES:", "  11.2227092   8.7772908"]
N_ATOMS = " N. OF ATOMS PER CELL         2  COULOMB OVERLAP TOL         (T1) 10**   -7"


def state(top_ha: float, bottom_ha: float) -> list[str]:
    return [
        " INSULATING STATE",
        f" TOP OF VALENCE BANDS -    BAND     10; K   11; EIG {top_ha:.7E} AU",
        f" BOTTOM OF VIRTUAL BANDS - BAND     11; K    1; EIG {bottom_ha:.7E} AU",
    ]


def cycle(number: int, *below: str) -> list[str]:
    return [CYCLE.format(number=number), *below]


def test_the_states_of_the_last_cycle_that_tells_them_are_told() -> None:
    for last in (cycle(3), []):
        out = read_output([*cycle(1, *state(-0.5, 0.5)), *cycle(2, *state(-0.2, 0.3)), *last])
        assert (out.vbm_ha, out.cbm_ha) == (-0.2, 0.3)
        assert out.lines["vbm"] == 7


def test_a_cycle_that_tells_edges_and_no_state_takes_the_place_of_all_before() -> None:
    edge = state(-0.4, 0.1)[1]
    out = read_output([*cycle(1, *state(-0.5, 0.5)), *cycle(2, edge), *cycle(3)])
    assert (out.vbm_ha, out.cbm_ha, out.conducting) == (-0.4, None, None)


def test_no_states_are_told_where_two_cycles_have_none() -> None:
    out = read_output([*cycle(1, *state(-0.5, 0.5)), *cycle(2), *cycle(3)])
    assert out.gaps == {}
    assert out.vbm_ha is None


def test_states_without_end_are_read_and_not_gathered() -> None:
    many = [line for top in range(LINES_MAX) for line in state(-1.5 - top, 0.5)]
    out = read_output([*cycle(1), *many, *state(-0.25, 0.5)])
    assert (out.vbm_ha, out.cbm_ha) == (-0.25, 0.5)
    assert all(len(kept.now) <= LINES_MAX for kept in [out.scratch["states"]])


def test_charges_that_were_cut_leave_those_of_the_cycle_before() -> None:
    for torn in ("  11.1000000", "  11.1000000 **********", "  11.1  8.9"):
        lines = [N_ATOMS, *CHARGES, "", *cycle(2), CHARGES[0], torn, ""]
        told = read_output(lines).facts.value("atomic_charges")
        assert told in {(11.2227092, 8.7772908), None}
        assert (told is None) == (torn == "  11.1  8.9")  # of no program: nothing is told


def test_only_the_first_and_the_last_geometry_are_read() -> None:
    def point(x: float) -> list[str]:
        return [
            " ATOMS IN THE ASYMMETRIC UNIT    1 - ATOMS IN THE UNIT CELL:    1",
            "     ATOM          X(ANGSTROM)         Y(ANGSTROM)         Z(ANGSTROM)",
            " ****",
            f"   1 T  12 MG    {x:.12E}  0.000000000000E+00  0.000000000000E+00",
            "",
        ]

    start = " GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    0"
    out = read_output([start, *point(1.0), *point(2.0), *point(3.0)])
    assert out.initial_geometry is not None
    assert out.geometry is not None
    assert [atom.x for atom in out.initial_geometry.atoms] == [1.0]
    assert [atom.x for atom in out.geometry.atoms] == [3.0]


def test_nothing_is_left_unread_at_the_end_of_a_run() -> None:
    start = " EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 01:02:03.0"
    for out in read_runs([start, *CHARGES, "", start, *CHARGES, ""]):
        assert not any(isinstance(fact.value, Later) for fact in out.facts.values())


def test_what_turns_out_to_be_torn_is_not_told() -> None:
    facts = Facts()
    facts.put("torn", Later(lambda: int("***")), 1)
    facts.put("nothing", Later(lambda: None), 2)
    facts.put("whole", Later(lambda: 3), 3)
    facts.settle()
    assert {name: fact.value for name, fact in facts.items()} == {"whole": 3}


def test_cycles_are_a_sequence_that_is_read_when_it_is_asked_for() -> None:
    diis = " DIIS TEST: 0.50000E-01 AT SCF   CYCLE   1 - MIX   30 %"
    torn = " CYC   3 ETOT(AU) -2.712E+02 DETOT ********* tst  1.15E-07 PX  3.62E-04"
    out = read_output([*cycle(1), diis, *cycle(2), torn, *cycle(1)])
    cycles: Any = out.facts.value("scf_history")
    assert [(one.scf, one.cycle, one.line, one.diis) for one in cycles] == [
        (1, 1, 1, 0.05),
        (1, 2, 3, None),
        (2, 1, 5, None),
    ]
    assert (len(cycles), cycles[-1].line, [one.line for one in cycles[1:]]) == (3, 5, [3, 5])
    assert out.facts["scf_history"].line == out.facts["scf_runs"].line == 5


def test_a_time_that_was_cut_leaves_the_one_before() -> None:
    stage = f" {'T' * 30} MOQGAD      TELAPSE        3.47 TCPU        3.33"
    out = read_output([stage, stage.replace("3.47", "4.50"), stage[:-10]])
    assert (out.elapsed_s, out.cpu_s, out.lines["elapsed"]) == (4.5, 3.33, 2)
