"""The section ``checks`` of the configuration."""

from __future__ import annotations

import msgspec

from crystald.steps.checks.table import Action


class ChecksSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What each check of the table does when it finds something."""

    sizes: Action = "warn"
    energy: Action = "warn"
    became_conducting: Action = "warn"
    parent_spin: Action = "warn"
    spin_flips: Action = "warn"
    volume: Action = "warn"
    bonds: Action = "warn"
    flat_surface: Action = "warn"
    first_point: Action = "warn"
    energy_spike: Action = "warn"
    symmetry: Action = "warn"
    dispersion: Action = "warn"
    basis_echo: Action = "warn"
    unverified: Action = "warn"
    settings_echo: Action = "warn"
    populations: Action = "warn"
    whole_spin: Action = "warn"
    silent_metals: Action = "warn"
    modes: Action = "warn"
    imaginary: Action = "block"
    acoustic: Action = "warn"
    elastic: Action = "warn"
    moduli: Action = "warn"
    band_edges: Action = "warn"
    band_point: Action = "warn"
    band_path: Action = "warn"
    dos_electrons: Action = "warn"
    dos_projections: Action = "warn"
