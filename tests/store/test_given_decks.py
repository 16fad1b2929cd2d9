"""Decks of people: submitted, kept, run as they are by the first step, with their geometry file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crystald.crystal.geometry_files.print_fort34 import fort34_of, print_fort34
from crystald.desk.submitting import Draft, Submit, draft
from crystald.errors import CrystaldError
from crystald.models import Structure
from crystald.shipped import shipped
from crystald.store import runs
from crystald.tasks.making import make
from crystald.workspace.layout import OUTPUTS
from crystald.workspace.prepare import beside

DECK = """\
MgO, as I like it
CRYSTAL
0 0 0
225
4.21   lattice constant
2
12 0. 0. 0.
8 .5 .5 .5
OPTGEOM
ENDOPT
END
12 2
1 0 3 2. 1.
1 1 3 8. 1.
8 2
1 0 3 2. 1.
1 1 3 8. 1.
99 0
END
TOLDEP
16
SHRINK
8 16
END
"""
CELL = Structure(
    ((0.0, 2.1, 2.1), (2.1, 0.0, 2.1), (2.1, 2.1, 0.0)), (12, 8), ((0.0,) * 3, (2.1,) * 3)
)


@pytest.fixture
def submitted(tmp_path: Path) -> Callable[..., Draft]:
    """Submit the files of a folder."""
    templates = shipped("config") / "workflows.yaml"

    def submit(workflow: str = "opt_sp", **files: str) -> Draft:
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name.replace("_", ".")).write_bytes(text.encode("latin-1"))
        return draft(Submit([str(folder)], "r1", workflow), templates)

    return submit


def place(*parts: object) -> str:
    return "/".join(map(str, parts))


async def made(database, drafted: Draft, workspace: Path):
    """Create the run, and make the deck of its first step as the daemon does."""
    (workspace / OUTPUTS).mkdir(parents=True)
    await database.write(lambda tx: runs.create(tx, drafted.run, drafted.materials, place, 1))
    preparations = [await database.read(lambda c, i=i: runs.preparation(c, i)) for i in (1, 2)]
    assert preparations[1].given is None
    return make(preparations[0], workspace)


async def made_one(database, drafted: Draft, workspace: Path):
    """The same of a run of one step."""
    (workspace / OUTPUTS).mkdir(parents=True)
    await database.write(lambda tx: runs.create(tx, drafted.run, drafted.materials, place, 1))
    return make(await database.read(lambda c: runs.preparation(c, 1)), workspace)


async def test_a_deck_runs_as_it_is_byte_for_byte(submitted, database, tmp_path) -> None:
    drafted = submitted(MgO_d12=DECK.replace("\n", "\r\n").replace("\r\n", "\n", 3))
    (material,) = drafted.materials
    assert (material.id, material.formula, material.space_group) == ("MgO", "MgO", 225)
    assert (material.source_type, len(material.structure.numbers)) == ("d12", 2)
    done = await made(database, drafted, tmp_path / "work")
    assert done.deck == drafted.decks["MgO"]
    assert done.deck.startswith("MgO, as I like it\nCRYSTAL\n0 0 0\n225\r\n")
    assert done.writes == ()
    assert any("as it was given" in note for note in done.notes)


async def test_a_geometry_file_goes_with_its_deck(submitted, database, tmp_path) -> None:
    lines = DECK.splitlines()
    external = "\n".join(["rock salt", "EXTERNAL", *lines[8:]]) + "\n"
    gui = print_fort34(fort34_of(CELL))
    done = await made(database, submitted(x_d12=external, x_gui=gui), tmp_path / "work")
    assert done.deck == external
    assert done.writes == (("fort.34", gui),)
    attempt = tmp_path / "attempt"
    assert beside(attempt, done.writes) == ((attempt / "fort.34", "fort.34", len(gui)),)


@pytest.mark.parametrize(
    ("workflow", "change", "said"),
    [
        ("opt_sp", ("OPTGEOM\nENDOPT\n", ""), "computes SP, and the first step is OPT"),
        ("SP", ("", ""), "begins with OPT"),
        ("opt_sp", ("OPTGEOM\nENDOPT", "FREQCALC\nENDFREQ"), "computes FREQ"),
        ("opt_sp", ("OPTGEOM", "TESTGEOM\nOPTGEOM"), "computes TESTGEOM"),
        ("FREQ", ("", ""), "computes OPT, and the first step is FREQ"),
        ("opt_sp", ("OPTGEOM", "SLABCUT\n1 0 0\n1 3\nOPTGEOM"), "only the program knows"),
        ("opt_sp", ("8 16\nEND", "8 16\nGUESSP\nEND"), "fort.20"),
        ("opt_sp", ("12 0. 0. 0.\n", ""), "line"),
        ("opt_sp", ("as I", "as \xff I"), "bytes that are no text"),
        ("opt_sp", (DECK, " "), "empty"),
    ],
)
def test_what_cannot_be_run_is_refused_with_its_file(submitted, workflow, change, said) -> None:
    with pytest.raises(CrystaldError, match=said) as refused:
        submitted(workflow, MgO_d12=DECK.replace(*change) if change[0] else DECK)
    assert "MgO.d12" in str(refused.value)


async def test_frequencies_of_a_deck_begin_a_workflow(submitted, database, tmp_path) -> None:
    deck = DECK.replace("OPTGEOM\nENDOPT", "FREQCALC\nNOINTENS\nENDFREQ")
    drafted = submitted("FREQ", MgO_d12=deck)
    assert drafted.decks == {"MgO": deck}
    done = await made_one(database, drafted, tmp_path / "work")
    assert (done.deck, done.takes) == (deck, ())
    assert any(left.name == "FREQINFO.DAT" for left in done.leaves)


def test_frequencies_do_not_begin_with_other_files(submitted) -> None:
    with pytest.raises(CrystaldError, match=r"no step before it gives its geometry") as refused:
        submitted("FREQ", other_xyz="1\n\nHe 0 0 0\n")
    assert "submit decks (X.d12) that compute FREQ" in str(refused.value)


def test_only_the_first_step_may_lack_what_it_needs(submitted) -> None:
    deck = DECK.replace("OPTGEOM\nENDOPT", "FREQCALC\nNOINTENS\nENDFREQ")
    with pytest.raises(CrystaldError, match="step FREQ2: no step before it gives its geometry"):
        submitted("FREQ,FREQ2", MgO_d12=deck)


def test_decks_of_a_folder_come_after_its_cifs_and_before_other_files(submitted) -> None:
    drafted = submitted(MgO_d12=DECK, other_xyz="1\n\nHe 0 0 0\n")
    assert [material.id for material in drafted.materials] == ["MgO"]
