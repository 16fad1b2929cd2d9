"""Names survive the journey through paths, job names and lists, or are refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.errors import InputError
from crystald.names import (
    JOB_NAME_MAX,
    JobId,
    StepName,
    Token,
    deck_stem,
    is_token,
    job_name,
    material_from_safe,
    material_id,
    safe_material,
    token_of_job_name,
)

TOKEN = Token("0123456789abcdef0123")
HOSTILE = [
    "3,4^2T1-CA",
    "CHARGE+POTENTIAL",
    "a b",
    'it\'s "quoted"',
    "$(rm -rf x)",
    "`id`",
    "-rf",
    "..hidden",
    "Γ-Al₂O₃",
    "%41",
    "a;b|c&d",
    "*?[x]",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_survive(name: str) -> None:
    form = safe_material(material_id(name))
    assert re.fullmatch(r"[A-Za-z0-9_.+%-]+", form)
    assert not form.startswith((".", "-"))
    assert material_from_safe(form) == material_id(name)


@pytest.mark.parametrize(
    "name", ["", "  ", ".", "..", "a/b", "../x", "a\nb", "a\x00b", "a\u202eb", "é" * 80]
)
def test_impossible_names_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        material_id(name)


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_two_ids_never_meet_and_each_comes_back(one: str, other: str) -> None:
    try:
        first, second = material_id(one), material_id(other)
    except InputError:
        return
    assert material_from_safe(safe_material(first)) == first
    assert (safe_material(first) == safe_material(second)) == (first == second)


@given(st.text(min_size=1, max_size=60), st.sampled_from(["SP", "OPT2", "CHARGE+POTENTIAL"]))
def test_a_job_name_carries_its_token(name: str, step: str) -> None:
    try:
        material = material_id(name)
    except InputError:
        return
    job = job_name(material, step, TOKEN)
    assert len(job) <= JOB_NAME_MAX
    assert "," not in job
    assert re.fullmatch(r"[A-Za-z0-9_.+%-]+", job)
    assert token_of_job_name(job) == TOKEN


@pytest.mark.parametrize("name", ["bash", "x.0123", "MgO_OPT.0123456789abcdef012g", ""])
def test_foreign_jobs_have_no_token(name: str) -> None:
    assert token_of_job_name(name) is None


def test_tokens() -> None:
    assert is_token(TOKEN)
    assert not is_token(TOKEN.upper())
    assert not is_token(TOKEN + "0")


@pytest.mark.parametrize(
    ("text", "step"),
    [("OPT", StepName("OPT")), ("OPT2", StepName("OPT", 2)), ("OPT_2", StepName("OPT", 2))]
    + [("CHARGE+POTENTIAL", StepName("CHARGE+POTENTIAL")), ("BAND12", StepName("BAND", 12))],
)
def test_step_names(text: str, step: StepName) -> None:
    assert StepName.parse(text) == step
    assert StepName.parse(str(step)) == step


@pytest.mark.parametrize("text", ["", "opt", "OPT0", "OPT-2", "OPT 2", "2OPT", "OPT2x", "../SP"])
def test_what_is_no_step(text: str) -> None:
    with pytest.raises(InputError, match="is no step"):
        StepName.parse(text)


def test_stems_keep_the_predecessors_form() -> None:
    assert deck_stem("1_dia2", "OPT2") == "1_dia2_opt2"


@pytest.mark.parametrize("text", ["local", ".1", "local.", ""])
def test_what_names_no_job(text: str) -> None:
    with pytest.raises(InputError):
        JobId.parse(text)


def test_a_cluster_name_may_hold_dots() -> None:
    assert JobId.parse("hpc.uni.edu.12") == JobId("hpc.uni.edu", "12")
