"""A frequency calculation that goes on is made of the files that the one before published."""

from __future__ import annotations

from pathlib import Path

from crystald.models import Structure
from crystald.shipped import shipped
from crystald.steps.files import FREQ_LEAVES
from crystald.store.runs import ParentFacts, Preparation
from crystald.tasks.making import make
from crystald.workflows.plan import make_plan, plan_to_yaml
from crystald.workspace.layout import OUTPUTS

DECK = """\
MgO of a person
CRYSTAL
0 0 0
225
4.21
2
12 0. 0. 0.
8 .5 .5 .5
FREQCALC
NUMDERIV
2
NOINTENS
ENDFREQ
BASISSET
STO-3G
TOLDEE
11
SHRINK
8 16
END
"""
MGO = Structure(
    ((0.0, 2.1, 2.1), (2.1, 0.0, 2.1), (2.1, 2.1, 0.0)), (12, 8), ((0.0,) * 3, (2.1,) * 3)
)


def published(workspace: Path) -> ParentFacts:
    """Publish what a run left under our suffixes of its files."""
    directory = workspace / OUTPUTS / "FREQ"
    directory.mkdir(parents=True)
    texts = {"d12": DECK, "out": "killed at the end\n"}
    texts |= {leaf.suffix: leaf.name for leaf in FREQ_LEAVES if leaf.suffix}
    for suffix, text in texts.items():
        (directory / f"MgO_freq.{suffix}").write_text(text)
    files = {
        suffix: (f"{OUTPUTS}/FREQ/MgO_freq.{suffix}", len(text)) for suffix, text in texts.items()
    }
    return ParentFacts("FREQ", f"{OUTPUTS}/FREQ", files, standin=False)


def test_the_files_of_the_run_before_are_staged_under_the_names_that_are_read(tmp_path) -> None:
    templates = (shipped("config") / "workflows.yaml").read_text(encoding="utf-8")
    plan = make_plan("OPT,FREQ,FREQ2", templates, overrides={"FREQ2.restart": "true"})
    preparation = Preparation(
        calculation_id=3,
        run_id="r1",
        material="MgO",
        step="FREQ2",
        number=1,
        directory=f"{OUTPUTS}/FREQ2",
        plan=plan_to_yaml(plan),
        structure=MGO,
        parents={"frequencies": published(tmp_path)},
    )
    made = make(preparation, tmp_path)
    staged = {name: source.read_text() for source, name, _ in made.takes}
    assert staged == {"FREQINFO.DAT": "FREQINFO.DAT", "fort.13": "fort.13", "fort.20": "fort.9"}
    assert all(size == source.stat().st_size for source, _, size in made.takes)
    assert made.deck.splitlines()[8:10] == ["FREQCALC", "RESTART"]
