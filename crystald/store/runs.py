"""Runs: a plan started on a set of materials, created as a whole or not at all."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crystald.errors import InputError, NotFoundError
from crystald.models import GivenDeck, Structure
from crystald.states import State
from crystald.store import journal
from crystald.store.database import Transaction
from crystald.store.fuses import excluded_nodes
from crystald.store.journal import Subject

Place = Callable[[str, int, str, str], str]
"""Gives the directory of a calculation from run, position, step and material."""


@dataclass(frozen=True)
class NewMaterial:
    """A material of a run.

    Attributes
    ----------
    fingerprint
        Hash of the structure; equal for the same atoms in the same cell.
    space_group
        Number that was found; None when unknown.
    source_type, source_file
        Where it came from (``cif``, path as the user gave it).
    deck
        The deck that was given for its first step; None where it is made.
    """

    id: str
    formula: str
    structure: Structure
    fingerprint: str
    space_group: int | None
    source_type: str
    source_file: str
    deck: GivenDeck | None = None


@dataclass(frozen=True)
class NewStep:
    """A step of the plan: its name, its position from 1, and what it needs by need."""

    name: str
    position: int
    needs: Mapping[str, str]


@dataclass(frozen=True)
class NewRun:
    """A run to be created; the same `request_id` never creates two."""

    name: str
    workflow: str
    plan: str
    request_id: str
    steps: tuple[NewStep, ...]

    @property
    def first(self) -> NewStep:
        """The step that starts from the material."""
        return next(step for step in self.steps if not step.needs)


@dataclass(frozen=True)
class CreatedRun:
    """A run as created, or as found when its request had been served before."""

    run_id: str
    materials: int
    calculations: int


def create(
    transaction: Transaction,
    run: NewRun,
    materials: Sequence[NewMaterial],
    place: Place,
    number: int,
) -> CreatedRun:
    """Create a run with every calculation of every material.

    Parameters
    ----------
    transaction
        Of the creation.
    run, materials
        What it is made of.
    place
        Gives the directories of its calculations.
    number
        Of the run; its directory was made for it.

    Raises
    ------
    InputError
        An id is already in use for a material of another formula or space group.
    """
    known = by_request(transaction.connection, run.request_id)
    if known:
        return known
    run_id = f"r{number}"
    sha256 = hashlib.sha256(run.plan.encode()).hexdigest()
    transaction.execute(
        "INSERT INTO runs (id, number, name, workflow, plan, plan_sha256, request_id, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (run_id, number, run.name, run.workflow, run.plan, sha256, run.request_id, transaction.at),
    )
    for material in materials:
        _add_material(transaction, run_id, run, material, place)
    text = f"{len(materials)} materials, {len(materials) * len(run.steps)} calculations"
    journal.write(transaction, Subject(run_id), "run.created", text=text)
    return _created(transaction.connection, run_id)


def by_request(connection: sqlite3.Connection, request_id: str) -> CreatedRun | None:
    """Find the run that a request has made; None when it has made none."""
    row = connection.execute("SELECT id FROM runs WHERE request_id = ?", (request_id,)).fetchone()
    return _created(connection, row["id"]) if row else None


def next_number(connection: sqlite3.Connection) -> int:
    """Tell the least number that a new run may have."""
    row = connection.execute("SELECT coalesce(max(number), 0) + 1 AS number FROM runs").fetchone()
    return int(row["number"])


def _created(connection: sqlite3.Connection, run_id: str) -> CreatedRun:
    row = connection.execute(
        "SELECT count(DISTINCT material_id) AS materials, count(*) AS calculations"
        " FROM calculations WHERE run_id = ?",
        (run_id,),
    ).fetchone()
    return CreatedRun(run_id, row["materials"], row["calculations"])


def _add_material(
    transaction: Transaction, run_id: str, run: NewRun, material: NewMaterial, place: Place
) -> None:
    _upsert_material(transaction, material)
    structure_id = add_structure(
        transaction, material.id, "submitted", material.structure, material.fingerprint
    )
    ids: dict[str, int] = {}
    for step in run.steps:
        state = State.WAITING if step.needs else State.READY
        directory = place(run_id, step.position, step.name, material.id)
        cursor = transaction.execute(
            "INSERT INTO calculations (run_id, material_id, structure_id, step, position, directory,"
            " state, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run_id,
                material.id,
                structure_id,
                step.name,
                step.position,
                directory,
                state,
                transaction.at,
                transaction.at,
            ),
        )
        ids[step.name] = int(cursor.lastrowid or 0)
        subject = Subject(run_id, ids[step.name])
        journal.write(transaction, subject, "created", states=("", state))
        transaction.changes.add(state)
        if material.deck is not None and step is run.first:
            transaction.execute(
                "INSERT INTO given_decks VALUES (?, ?, ?)",
                (ids[step.name], material.deck.text, material.deck.fort34),
            )
        for need, needed in step.needs.items():
            transaction.execute(
                "INSERT INTO needs VALUES (?, ?, ?)", (ids[step.name], need, ids[needed])
            )


def _upsert_material(transaction: Transaction, material: NewMaterial) -> None:
    known = transaction.one(
        "SELECT formula, space_group, source_file FROM materials WHERE material_id = ?",
        (material.id,),
    )
    if known is None:
        transaction.execute(
            "INSERT INTO materials (material_id, formula, dimensionality, space_group, source_type,"
            " source_file, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                material.id,
                material.formula,
                material.structure.periodicity,
                material.space_group,
                material.source_type,
                material.source_file,
                transaction.at,
            ),
        )
    elif (known["formula"], known["space_group"]) != (material.formula, material.space_group):
        raise InputError(
            f"{material.source_file}: the name {material.id!r} already stands for "
            f"{_kind(known['formula'], known['space_group'])} (from {known['source_file']}), "
            f"this file holds {_kind(material.formula, material.space_group)}",
            "Rename the file: a material's name never changes its meaning.",
        )


def _kind(formula: str, space_group: int | None) -> str:
    return f"{formula} in space group {space_group}" if space_group else formula


def add_structure(
    transaction: Transaction, material: str, kind: str, structure: Structure, fingerprint: str
) -> int:
    """Keep a structure of a material; tell its id."""
    cursor = transaction.execute(
        "INSERT INTO structures (material_id, kind, cell_ang, numbers, positions_ang, periodicity,"
        " operations, fingerprint, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            material,
            kind,
            json.dumps(structure.cell_ang),
            json.dumps(structure.numbers),
            json.dumps(structure.positions_ang),
            structure.periodicity,
            json.dumps(structure.operations),
            fingerprint,
            transaction.at,
        ),
    )
    return int(cursor.lastrowid or 0)


def get_structure(connection: sqlite3.Connection, structure_id: int) -> Structure:
    """Read a structure back.

    Raises
    ------
    NotFoundError
        There is none of this number.
    """
    row = connection.execute("SELECT * FROM structures WHERE id = ?", (structure_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"there is no structure {structure_id}")
    first, second, third = (_vector(v) for v in json.loads(row["cell_ang"]))
    return Structure(
        (first, second, third),
        tuple(json.loads(row["numbers"])),
        tuple(_vector(v) for v in json.loads(row["positions_ang"])),
        row["periodicity"],
        tuple(json.loads(row["operations"])),
    )


def _vector(values: list[float]) -> tuple[float, float, float]:
    x, y, z = values
    return (x, y, z)


@dataclass(frozen=True)
class ParentFacts:
    """A finished calculation that another needs.

    Attributes
    ----------
    directory
        Of the calculation, relative to the workspace.
    files
        Its published files: suffix -> (path relative to the workspace, bytes).
    """

    step: str
    directory: str
    files: dict[str, tuple[str, int]]
    standin: bool


@dataclass(frozen=True)
class Preparation:
    """Everything that an attempt of a calculation is prepared from."""

    calculation_id: int
    run_id: str
    material: str
    step: str
    directory: str
    number: int
    plan: str
    structure: Structure
    parents: dict[str, ParentFacts]
    excluded_nodes: tuple[str, ...] = ()
    given: GivenDeck | None = None


def preparation(connection: sqlite3.Connection, calculation_id: int) -> Preparation:
    """Gather what an attempt of a calculation is prepared from."""
    row = connection.execute(
        "SELECT c.*, r.plan FROM calculations c JOIN runs r ON r.id = c.run_id WHERE c.id = ?",
        (calculation_id,),
    ).fetchone()
    parents = {
        need["need"]: _parent(connection, need["needed_id"])
        for need in connection.execute(
            "SELECT need, needed_id FROM needs WHERE calculation_id = ?", (calculation_id,)
        )
    }
    return Preparation(
        calculation_id,
        row["run_id"],
        row["material_id"],
        row["step"],
        row["directory"],
        row["attempts"] + 1,
        row["plan"],
        get_structure(connection, row["structure_id"]),
        parents,
        excluded_nodes(connection),
        _given(connection, calculation_id),
    )


def _given(connection: sqlite3.Connection, calculation_id: int) -> GivenDeck | None:
    row = connection.execute(
        "SELECT text, fort34 FROM given_decks WHERE calculation_id = ?", (calculation_id,)
    ).fetchone()
    return None if row is None else GivenDeck(row["text"], row["fort34"])


def published_of_needs(
    connection: sqlite3.Connection, calculation_id: int
) -> dict[str, dict[str, str]]:
    """Give what the calculations published that another one needs: need -> suffix -> path."""
    rows = connection.execute(
        "SELECT need, needed_id FROM needs WHERE calculation_id = ?", (calculation_id,)
    ).fetchall()
    parents = {row["need"]: _parent(connection, row["needed_id"]) for row in rows}
    return {
        need: {suffix: path for suffix, (path, _) in facts.files.items()}
        for need, facts in parents.items()
    }


def _parent(connection: sqlite3.Connection, calculation_id: int) -> ParentFacts:
    row = connection.execute(
        "SELECT step, directory, standin FROM calculations WHERE id = ?", (calculation_id,)
    ).fetchone()
    files = connection.execute(
        "SELECT suffix, path, bytes FROM files WHERE calculation_id = ?", (calculation_id,)
    )
    return ParentFacts(
        row["step"],
        row["directory"],
        {file["suffix"]: (file["path"], file["bytes"]) for file in files},
        bool(row["standin"]),
    )
