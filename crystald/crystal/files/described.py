"""Key facts of a file, JSON-ready."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Described:
    """What a file tells.

    Attributes
    ----------
    data
        Facts of its kind.
    known
        Those that an output tells too, under the same keys (``fermi_ha``, ``n_atoms`` …).
    """

    data: dict[str, object]
    known: dict[str, object] = field(default_factory=dict)
