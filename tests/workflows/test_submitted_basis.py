"""A submission carries the files of its basis set: into the plan, only for its elements."""

from __future__ import annotations

import pytest
from ciftexts import cif_text

from crystald.desk.submitting import Draft, Submit, draft
from crystald.errors import CrystaldError
from crystald.shipped import shipped
from crystald.workflows.plan import plan_from_yaml

SHELL = "0 0 1 2.0 1.0\n 50.0 1.0\n0 1 1 8.0 1.0\n 3.0 1.0 1.0\n"
FILES = {
    "12": f"12 3\n{SHELL}0 1 1 2.0 1.0\n 0.5 1.0 1.0\n",
    "8": f"8 2\n{SHELL.replace('8.0 1.0', '6.0 1.0')}",
    "282": "282 1\nINPUT\n4. 0 1 0 0 0 0\n 1.0 1.0 0\n0 0 1 4.0 1.0\n 1.0 1.0\n",
}
CELL = (4.2112, 4.2112, 4.2112, 90, 90, 90)
CIF = cif_text("F m -3 m", CELL, ["Mg1 Mg 0 0 0", "O1 O 0.5 0.5 0.5"])


@pytest.fixture
def submitted(tmp_path):
    """Submit MgO with a basis set of a home's folder."""
    config = tmp_path / "config"
    (config / "basis_sets" / "mine").mkdir(parents=True)
    for name, text in FILES.items():
        (config / "basis_sets" / "mine" / name).write_text(text)
    text = (shipped("config") / "workflows.yaml").read_text("utf-8")
    (config / "workflows.yaml").write_text(text)
    (tmp_path / "MgO.cif").write_text(CIF)

    def make(basis: str) -> Draft:
        request = Submit([str(tmp_path / "MgO.cif")], "r1", "opt_sp", set={"OPT.basis": basis})
        return draft(request, config / "workflows.yaml")

    return make


def test_the_plan_holds_the_texts_of_its_elements_and_the_deck_too(submitted) -> None:
    made = submitted("external:mine")
    plan = plan_from_yaml(made.run.plan)
    assert plan.steps[0].settings["basis_files"] == {"12": FILES["12"], "8": FILES["8"]}
    assert plan.steps[1].settings["basis_files"] == "none"  # it inherits the basis of the OPT
    assert FILES["12"] in made.decks["MgO"]
    assert "282" not in made.run.plan


@pytest.mark.parametrize(
    ("basis", "said"),
    [("external:other", "basis_sets/other: No such file"), ("external:../..", "holds no file")],
)
def test_a_folder_that_is_none_is_told_and_nothing_is_submitted(submitted, basis, said) -> None:
    with pytest.raises(CrystaldError, match=said):
        submitted(basis)
