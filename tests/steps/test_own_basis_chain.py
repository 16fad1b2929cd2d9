"""A basis set of files, with a core potential, from OPT to SP, run by the stand-in."""

from __future__ import annotations

from crystald.crystal.deck.d12 import parse_d12
from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.regenerate import expand
from crystald.models import VerdictKind
from crystald.steps.base import DeckRequest
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES

FILES = {
    "247": "247 3\nINPUT\n19. 0 1 1 0 0 0\n 11.0 -12.6 0\n 11.1 -16.7 0\n"
    "0 0 1 2 1.0\n 6.1 1.0\n0 2 1 6 1.0\n 2.0 1.0\n0 3 1 10 1.0\n 1.1 1.0\n",
    "17": "17 3\n0 0 1 2 1.0\n 90.0 1.0\n0 1 1 8 1.0\n 7.0 1.0 1.0\n0 1 1 8 1.0\n 0.5 1.0 1.0\n",
}
AGCL = Geometry(225, (5.55,), (DeckAtom(47, 0, 0, 0), DeckAtom(17, 0.5, 0.5, 0.5)))


def test_opt_to_sp_with_a_core_potential(run_deck, tmp_path) -> None:
    opt, sp = STEP_TYPES["OPT"], STEP_TYPES["SP"]
    asked = {**(opt.starts_with or {}), "basis": "external:mine", "basis_files": FILES}
    request = DeckRequest("AgCl", "OPT", opt.check_settings(asked, "OPT"), expand(AGCL))
    first = run_deck(prepare(opt, request), "OPT", tmp_path / "OPT", None)
    parents = {"geometry": first.parent("OPT")}
    settings = sp.check_settings({"functional": "HSE06"}, "SP")
    second = prepare(sp, DeckRequest("AgCl", "SP", settings, None, parents))
    before, now = parse_d12(first.prepared.text), parse_d12(second.text)
    assert now.basis == before.basis
    assert [atom.number for atom in now.geometry.atoms] == [247, 17]
    assert FILES["247"] in second.text
    assert now.scf.guessp
    ran = run_deck(second, "SP", tmp_path / "SP", first)
    lines = ran.output.splitlines()
    reading = sp.read(lambda name: lines if name == "OUTPUT" else None)
    assert reading.verdict.kind is VerdictKind.OK
