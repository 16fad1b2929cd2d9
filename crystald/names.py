"""Names: of materials, steps, directories, jobs and tokens; how they are read and written.

A material's id is what its people call it. It is fixed at submission and never derived from a
file name again. On disk and in the scheduler it appears in forms made here, which no shell, no
path and no comma-separated list can misread.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, NewType
from urllib.parse import unquote

from crystald.errors import InputError

Token = NewType("Token", str)
"""What makes one attempt unique: 20 hexadecimal digits."""

RUN_NAME_MAX: Final = 200
MATERIAL_BYTES_MAX: Final = 120
"""Longest file-system form of a material id; suffixes must still fit into 255 bytes."""

JOB_NAME_MAX: Final = 64

_SAFE = re.compile(rb"[A-Za-z0-9_.+-]")
_TOKEN = re.compile(r"[0-9a-f]{20}")
_STEP = re.compile(r"([A-Z]+(?:\+[A-Z]+)*)_?([1-9][0-9]?)?")

CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Control characters: a line break among them ends a comment of a script, and what follows runs."""


def material_id(text: str) -> str:
    """Check and normalise (NFC) the id of a material.

    Raises
    ------
    InputError
        Empty, ``.`` or ``..``, holding control characters or a slash, or too long on disk.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name or set(name) == {"."}:
        raise InputError(f"{text!r} is no name for a material", "Give the file a name of its own.")
    if bad := [c for c in name if unicodedata.category(c).startswith("C") or c == "/"]:
        raise InputError(
            f"the material name {name!r} holds {bad[0]!r}",
            "Rename the file: control characters and slashes have no place in a name.",
        )
    if len(safe_material(name)) > MATERIAL_BYTES_MAX:
        raise InputError(
            f"the material name {name[:40]!r}… is too long ({len(name)} characters)",
            f"Rename the file: at most {MATERIAL_BYTES_MAX} bytes (more than one per character "
            "outside A-Z a-z 0-9 _ . + -).",
        )
    return name


def run_name(text: str) -> str:
    """Check and normalise (NFC) what people call a run.

    Raises
    ------
    InputError
        Empty, too long, or holding control characters.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name or len(name) > RUN_NAME_MAX:
        raise InputError(
            f"{text[:40]!r} is no name for a run", f"Give it 1 to {RUN_NAME_MAX} characters."
        )
    if bad := [c for c in name if not c.isprintable()]:
        raise InputError(
            f"the name of the run {name!r} holds {bad[0]!r}",
            "Control characters have no place in a name.",
        )
    return name


def safe_material(name: str) -> str:
    """Write a material id so that it can stand in any path; reversible.

    Letters, digits and ``_ . + -`` stay, except a leading dot or dash; every other byte of the
    UTF-8 form becomes ``%XX``. Two ids never share a form.

    Examples
    --------
    >>> safe_material("3,4^2T1-CA"), safe_material("-x"), safe_material("a b")
    ('3%2C4%5E2T1-CA', '%2Dx', 'a%20b')
    """
    parts = []
    for position, byte in enumerate(name.encode()):
        character = bytes([byte])
        plain = _SAFE.fullmatch(character) and not (position == 0 and character in b".-")
        parts.append(character.decode() if plain else f"%{byte:02X}")
    return "".join(parts)


def material_from_safe(form: str) -> str:
    """Read back the id from its file-system form.

    Examples
    --------
    >>> material_from_safe("3%2C4%5E2T1-CA")
    '3,4^2T1-CA'
    """
    return unquote(form, errors="strict")


@dataclass(frozen=True, order=True)
class StepName:
    """A node of a plan: a type and a number.

    Examples
    --------
    >>> StepName.parse("OPT2"), str(StepName.parse("CHARGE+POTENTIAL"))
    (StepName(type='OPT', number=2), 'CHARGE+POTENTIAL')
    """

    type: str
    number: int = 1

    @classmethod
    def parse(cls, text: str) -> StepName:
        """Read ``OPT``, ``OPT2`` or ``OPT_2``; no number means 1.

        Raises
        ------
        InputError
            The text is no step name.
        """
        found = _STEP.fullmatch(text)
        if not found:
            raise InputError(
                f"{text!r} is no step", "Write a step as its type and a number: OPT, OPT2, BAND."
            )
        return cls(found[1], int(found[2] or 1))

    def __str__(self) -> str:
        return self.type if self.number == 1 else f"{self.type}{self.number}"


def step_directory(position: int, step: str) -> str:
    """Name the directory of a step by its position in the plan (from 1).

    Examples
    --------
    >>> step_directory(2, "SP")
    'step_002_SP'
    """
    return f"step_{position:03d}_{step}"


def deck_stem(material: str, step: str) -> str:
    """Name the files of a calculation: ``<material>_<step>`` in safe form, step in lower case.

    Examples
    --------
    >>> deck_stem("3,4^2T1-CA", "CHARGE+POTENTIAL")
    '3%2C4%5E2T1-CA_charge+potential'
    """
    return f"{safe_material(material)}_{step.lower()}"


def job_name(material: str, step: str, token: Token) -> str:
    """Name a job so that it carries its token: at most 64 characters, no comma.

    Examples
    --------
    >>> job_name("3,4^2T1", "SP", Token("0123456789abcdef0123"))
    '3%2C4%5E2T1_SP.0123456789abcdef0123'
    """
    tail = f"_{step}.{token}"
    return safe_material(material)[: JOB_NAME_MAX - len(tail)].rstrip("%") + tail


def token_of_job_name(name: str) -> Token | None:
    """Read the token out of a job's name; None for a job that is not ours.

    Examples
    --------
    >>> token_of_job_name("MgO_OPT.0123456789abcdef0123")
    '0123456789abcdef0123'
    """
    tail = name.rpartition(".")[2]
    return Token(tail) if _TOKEN.fullmatch(tail) else None


def is_token(text: str) -> bool:
    """Tell whether a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


HAND = "hand"
"""The cluster of jobs that no scheduler knows: a person ran the script."""


@dataclass(frozen=True, order=True)
class JobId:
    """A job on a cluster, as the claim names it: ``<cluster>.<job id>``.

    Examples
    --------
    >>> JobId.parse("local.17"), str(JobId("hpc", "4711"))
    (JobId(cluster='local', number='17'), 'hpc.4711')
    """

    cluster: str
    number: str

    @classmethod
    def parse(cls, text: str) -> JobId:
        """Read ``<cluster>.<job id>``.

        Raises
        ------
        InputError
            The text names no job.
        """
        cluster, dot, number = text.rpartition(".")
        if not dot or not cluster or not number:
            raise InputError(f"{text!r} names no job")
        return cls(cluster, number)

    @property
    def by_hand(self) -> bool:
        """Whether a person ran the script without any scheduler."""
        return self.cluster == HAND

    def __str__(self) -> str:
        return f"{self.cluster}.{self.number}"
