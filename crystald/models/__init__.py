"""The values that the parts of crystald hand to each other: frozen, plain, without behaviour.

Lengths in ångström, energies in hartree, unless a name says otherwise.
"""

from __future__ import annotations

from crystald.models.attempts import (
    FOREIGN_CLAIM,
    MISSING_CLAIM,
    NO_CLAIM,
    REMOVED_CLAIM,
    UNKNOWN_CLAIM,
    Attempt,
    Calculation,
    Claim,
    ClaimKind,
    EndRecord,
    RingMessage,
)
from crystald.models.jobs import (
    CHECKPOINT_LEAD_S,
    Accepted,
    Answer,
    Deferred,
    Life,
    Observation,
    Rejected,
    Resources,
    SbatchLife,
    Sighting,
    Unclear,
)
from crystald.models.readings import (
    LeftFile,
    PropertyValue,
    StagedFile,
    StepReading,
    Verdict,
    VerdictKind,
)
from crystald.models.structures import Cell, GivenDeck, Structure, Vector

__all__ = [
    "CHECKPOINT_LEAD_S",
    "FOREIGN_CLAIM",
    "MISSING_CLAIM",
    "NO_CLAIM",
    "REMOVED_CLAIM",
    "UNKNOWN_CLAIM",
    "Accepted",
    "Answer",
    "Attempt",
    "Calculation",
    "Cell",
    "Claim",
    "ClaimKind",
    "Deferred",
    "EndRecord",
    "GivenDeck",
    "LeftFile",
    "Life",
    "Observation",
    "PropertyValue",
    "Rejected",
    "Resources",
    "RingMessage",
    "SbatchLife",
    "Sighting",
    "StagedFile",
    "StepReading",
    "Structure",
    "Unclear",
    "Vector",
    "Verdict",
    "VerdictKind",
]
