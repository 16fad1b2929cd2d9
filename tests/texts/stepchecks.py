"""An output and a deck that belong together, and what a check says of evidence."""

from __future__ import annotations

from crystald.crystal.deck.d12 import Deck, parse_d12
from crystald.crystal.output import Output
from crystald.steps.checks.remark import Evidence
from crystald.steps.checks.table import check_step

DECK = """\
MgO
CRYSTAL
0 0 0
225
4.21
2
12 0.0 0.0 0.0
8 0.5 0.5 0.5
BASISSET
POB-TZVP-REV2
DFT
SPIN
PBE-D3
XLGRID
ENDDFT
TOLINTEG
7 7 7 7 14
TOLDEE
8
SHRINK
8 8
MAXCYCLE
200
END
"""
WHOLE = Output(
    n_atoms=2, n_symmetry_operators=48, n_electrons=20, n_ao=18, conducting=False,
    energy_ha=-10.0, energy_scf_ha=-9.9, energy_kind="SCF+D3", dispersion_ha=-0.1,
    spin_polarised=True, space_group_symbol="F M 3 M", dimensionality=3, shrink=(8, 8, 8),
    basis_name="POB-TZVP-REV2",
)  # fmt: skip


def deck(**changes: str) -> Deck:
    text = DECK
    for old, new in changes.items():
        text = text.replace(old.replace("__", "-"), new)
    return parse_d12(text)


def said(evidence: Evidence, name: str) -> list[str]:
    found = check_step(evidence, {name: "warn"})
    return [remark.text for remark in found.all if remark.check == name]
