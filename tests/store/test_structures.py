"""Structures survive the database, and the way to ASE and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crystald.crystal.atoms import from_atoms, to_atoms
from crystald.crystal.fingerprint import fingerprint
from crystald.errors import InputError, NotFoundError
from crystald.models import Structure
from crystald.store import runs
from crystald.store.database import Transaction
from crystald.store.runs import CreatedRun, NewMaterial, NewRun, NewStep

SALT = Structure(
    ((0.0, 2.82, 2.82), (2.82, 0.0, 2.82), (2.82, 2.82, 0.0)),
    (11, 17),
    ((0.0, 0.0, 0.0), (2.82, 2.82, 2.82)),
)
STEPS = (NewStep("OPT", 1, {}), NewStep("SP", 2, {"geometry": "OPT"}))


def place(*parts: object) -> str:
    return "/".join(map(str, parts))


def run(request: str, steps: Sequence[NewStep] = STEPS) -> NewRun:
    return NewRun("a run", "opt_sp", "plan: text", request, tuple(steps))


def salt(name: str = "NaCl", formula: str = "ClNa") -> NewMaterial:
    return NewMaterial(name, formula, SALT, fingerprint(SALT), 225, "cif", f"{name}.cif")


def create(transaction: Transaction, new: NewRun, material: NewMaterial) -> CreatedRun:
    number = runs.next_number(transaction.connection)
    return runs.create(transaction, new, [material], place, number)


async def test_what_was_submitted_comes_back_as_atoms(database) -> None:
    await database.write(lambda tx: create(tx, run("a"), salt()))
    prepared = await database.read(lambda c: runs.preparation(c, 1))
    atoms = to_atoms(prepared.structure)
    assert atoms.get_chemical_formula() == "ClNa"
    assert all(atoms.pbc)
    assert from_atoms(atoms) == SALT


async def test_the_symmetry_that_a_file_names_is_kept(database) -> None:
    named = replace(SALT, operations=("x,y,z", "-x,-y,-z"))
    material = replace(salt(), structure=named)
    await database.write(lambda tx: create(tx, run("a"), material))
    prepared = await database.read(lambda c: runs.preparation(c, 1))
    assert prepared.structure == named


async def test_the_same_request_makes_one_run(database) -> None:
    first = await database.write(lambda tx: create(tx, run("a"), salt()))
    again = await database.write(lambda tx: create(tx, run("a"), salt()))
    other = await database.write(lambda tx: create(tx, run("b"), salt()))
    assert first == again
    assert (first.materials, first.calculations) == (1, 2)
    assert other.run_id != first.run_id


async def test_a_name_never_changes_its_meaning(database) -> None:
    await database.write(lambda tx: create(tx, run("a"), salt()))
    with pytest.raises(InputError, match="already stands for ClNa"):
        await database.write(lambda tx: create(tx, run("b"), salt(formula="MgO")))
    polymorph = replace(salt(), space_group=221)
    with pytest.raises(InputError, match="ClNa in space group 225 .* ClNa in space group 221"):
        await database.write(lambda tx: create(tx, run("b"), polymorph))
    assert await database.read(lambda c: c.execute("SELECT count(*) FROM runs").fetchone()[0]) == 1


async def test_an_unknown_structure(database) -> None:
    with pytest.raises(NotFoundError):
        await database.read(lambda c: runs.get_structure(c, 77))


NUMBER = st.floats(-50, 50, allow_nan=False)
VECTOR = st.tuples(NUMBER, NUMBER, NUMBER)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.builds(
        Structure,
        st.tuples(VECTOR, VECTOR, VECTOR),
        st.lists(st.integers(1, 98), min_size=1, max_size=5).map(tuple),
        st.just(()),
        st.integers(0, 3),
    ),
    st.data(),
)
def test_any_structure_survives_ase(structure: Structure, data) -> None:
    count = len(structure.numbers)
    positions = data.draw(st.lists(VECTOR, min_size=count, max_size=count).map(tuple))
    whole = Structure(structure.cell_ang, structure.numbers, positions, structure.periodicity)
    assert from_atoms(to_atoms(whole)) == whole
