"""FREQ settings: templates, every key in the deck, what excludes each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crystal_standin.reading import deck as standin
from crystald.crystal.deck.d12 import parse_d12, print_d12
from crystald.errors import ConfigError, DeckError
from crystald.models import VerdictKind
from crystald.steps.base import DeckRequest
from crystald.steps.frequencies.conflicts import FREQ_CONFLICTS
from crystald.steps.frequencies.settings import TEMPLATES
from crystald.steps.table import STEP_TYPES

FREQ, OPT = STEP_TYPES["FREQ"], STEP_TYPES["OPT"]


@pytest.fixture
def deck_of(chain):
    def make(**asked: object):
        settings = FREQ.check_settings(asked, "step FREQ")
        parent = chain("MgO")["OPT"].parent("OPT")
        text = FREQ.deck(DeckRequest("MgO", "FREQ", settings, None, {"geometry": parent})).text
        assert print_d12(parse_d12(text)) == text
        assert standin.read(text).freq is not None
        return parse_d12(text)

    return make


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_is_a_deck(deck_of, template) -> None:
    block = deck_of(template=template).frequencies
    assert block.numderiv == 2
    assert (block.intensities is not None) is (
        template in ("ir_spectrum", "raman_spectrum", "ir_raman")
    )
    assert (block.dispersion is not None) is template.startswith("phonon")


def test_what_the_templates_set(deck_of) -> None:
    both = deck_of(template="ir_raman").frequencies.intensities
    assert both.method == "INTCPHF"
    assert both.raman_at == (298.15, 532.0)
    assert both.infrared_spectrum == both.raman_spectrum
    assert both.raman_spectrum.range_cm1 == (0.0, 4000.0)
    assert both.raman_spectrum.width_cm1 == 8.0
    assert deck_of(template="thermodynamics").frequencies.temperatures_k == (20, 0.0, 400.0)
    bands = deck_of(template="phonon_bands").frequencies.dispersion
    assert bands.supercell == ((2, 0, 0), (0, 2, 0), (0, 0, 2))
    assert bands.bands.points == 100
    half = bands.bands.shrink // 2
    assert bands.bands.segments[0] == (0, 0, 0, half, 0, half)  # from GAMMA to X
    assert deck_of(template="phonon_dos").frequencies.dispersion.pdos == (2000.0, 200)


def test_a_plan_comes_before_its_template(deck_of) -> None:
    block = deck_of(template="phonon_dos", supercell=[3, 3, 3], pdos=[900, 50]).frequencies
    assert block.dispersion.supercell[0] == (3, 0, 0)
    assert block.dispersion.pdos == (900.0, 50)
    settings = FREQ.check_settings({"template": "ir_raman", "raman": False,
                                    "raman_spectrum": False}, "FREQ")  # fmt: skip
    assert FREQ.check_settings(settings, "FREQ") == settings


def test_every_key_reaches_the_deck(deck_of) -> None:
    block = deck_of(
        numderiv=1, stepsize_ang=0.005, pressures_mpa=[3, 0, 10], neglect=3, isotopes=[[1, 25.0]],
        fragment=[2], preoptgeom=True, analysis=False, noeckart=True, nomodes=True, adp=[0, 0],
        combinations="IR", scan=[-5, 5, 0.4, 4, 5], intensities=True, method="INTLOC",
        dielectric=3, ir_spectrum=True, spectrum_step_cm1=2.0, normborn=True, multitask=4,
        active="IR", scale=0.98, unverified=True,
    ).frequencies  # fmt: skip
    assert block.isotopes == ((1, 25.0),)
    assert block.fragment == (2,)
    assert block.preoptgeom.kind == "FULLOPTG"
    assert (block.analysis, block.noeckart, block.nomodes) == (False, True, True)
    assert (block.adp, block.combinations, block.neglect) == ((0, 0), "IR", 3)
    assert (block.scan.modes, block.scan.step) == ((4, 5), 0.4)
    assert block.stepsize_ang == 0.005
    assert block.pressures_mpa == (3, 0.0, 10.0)
    assert (block.intensities.method, block.intensities.dielectric) == ("INTLOC", (3.0,))
    assert block.intensities.infrared_spectrum.step_cm1 == 2.0
    assert block.intensities.normborn
    assert (block.multitask, block.active, block.scale) == (4, "IR", 0.98)


@pytest.mark.parametrize(
    ("asked", "said", "cure"),
    [
        ({"toldee": 9}, "toldee cannot be 9", "from 10 to 14"),
        ({"template": "raman"}, "template cannot be", "raman_spectrum"),
        ({"raman": True}, "raman needs intensities", "intensities to true"),
        ({"raman": True, "intensities": True}, "needs the method INTCPHF", "method to INTCPHF"),
        ({"ir_spectrum": True}, "needs intensities", "ir_spectrum to false"),
        ({"raman_spectrum": True, "intensities": True}, "needs raman", "raman to true"),
        ({"dispersion": True, "intensities": True}, "centre of the zone", "FREQ2"),
        ({"bands": True}, "bands needs dispersion", "dispersion to true"),
        ({"interphess": [4, 4, 4]}, "interphess needs dispersion", "dispersion to true"),
        ({"dispersion": True, "supercell": [0, 2, 2]}, "supercell cannot be", "at least 1"),
        ({"temperatures_k": [20, 400, 0]}, "temperatures_k cannot be", "not below the first"),
        ({"spectrum_range_cm1": [4000, 0]}, "spectrum_range_cm1 cannot be", "lower wavenumber"),
        ({"dielectric": [1, 2, 3]}, "dielectric cannot have 3", "one, or nine"),
        ({"dispersion": True, "wang": [1, 2, 3]}, "wang cannot have 3", "nine"),
        ({"scan": [-5, 5, 0.4]}, "scan cannot be", "modes"),
        ({"fragment": [0]}, "name atoms", "from 1"),
        ({"fragment": [1, 1]}, "no atom twice", "once"),
        ({"isotopes": [[1, 2.0], [1, 3.0]]}, "no atom twice", "once"),
        ({"isotopes": [[1, -2.0]]}, "masses above 0", "2.014"),
        ({"scan": [-5, 5, 0, 4]}, "scan cannot be", "above 0"),
        ({"neglect": -3}, "neglect cannot be -3", "from 0"),
        ({"method": "INTLOC"}, "method needs intensities", "intensities to true"),
        ({"dielectric": [3.0]}, "dielectric needs intensities", "leave dielectric out"),
        ({"intensities": True, "raman_at": [298.15, 532]}, "raman_at needs raman", "raman to true"),
        ({"intensities": True, "cphf_maxcycle": 50}, "needs method INTCPHF", "method to INTCPHF"),
        ({"supercell": [3, 3, 3]}, "supercell needs dispersion", "dispersion to true"),
        ({"dispersion": True, "band_points": 50}, "band_points needs bands", "bands to true"),
        ({"intensities": True, "spectrum_width_cm1": 4}, "needs a spectrum", "ir_spectrum"),
        ({"dispersion": True, "projected": False}, "projected needs pdos", "Set pdos"),
        ({"normborn": True}, "normborn needs intensities", "normborn to false"),
        ({"scale": 0.98}, "FREQSCAL of FREQCALC is not verified for CRYSTAL23", "unverified"),
        ({"active": "IR"}, "IR of FREQCALC is not verified", "unverified to true"),
        ({"multitask": 1}, "multitask cannot be", "from 2"),
        ({"anharm": 0}, "anharm cannot be 0", "from 1"),
        ({"anharm": 2, "dispersion": True}, "dispersion belongs to FREQCALC", "FREQ2 with anharm"),
        ({"anharm": 2, "template": "ir_raman"}, "belongs to FREQCALC", "two steps"),
        ({"anharm_points26": True}, "anharm_points26 needs anharm", "to an atom"),
    ],
)
def test_what_excludes_each_other(asked, said, cure) -> None:
    with pytest.raises(ConfigError) as error:
        FREQ.check_settings(asked, "step FREQ")
    assert said in error.value.message
    assert cure in error.value.hint
    assert len(FREQ_CONFLICTS) == len(set(FREQ_CONFLICTS))


def test_a_point_that_is_not_sharp_enough_is_told(chain) -> None:
    parent = chain("MgO")["OPT"].parent("OPT")
    notes = FREQ.deck(
        DeckRequest("MgO", "FREQ", FREQ.check_settings({}, "FREQ"), None, {"geometry": parent})
    ).notes
    assert any("TOLDEG 0.0001 and TOLDEX 0.0004 only" in note for note in notes)
    loose = replace(parent, deck=parent.deck.replace("TOLDEE\n8", "TOLDEE\n7"))
    notes = FREQ.deck(
        DeckRequest("MgO", "FREQ", FREQ.check_settings({}, "FREQ"), None, {"geometry": loose})
    ).notes
    assert "the OPT had TOLDEE 7 only: a point for frequencies wants 8" in notes
    coarse = replace(parent, deck=parent.deck.replace("XLGRID", "LGRID"))
    notes = FREQ.deck(
        DeckRequest("MgO", "FREQ", FREQ.check_settings({}, "FREQ"), None, {"geometry": coarse})
    ).notes
    assert any("LGRID is coarse" in note for note in notes)


def test_an_optimisation_of_the_cell_alone_is_told(chain) -> None:
    parent = chain("MgO")["OPT"].parent("OPT")
    cell = replace(parent, deck=parent.deck.replace("FULLOPTG", "CELLONLY"))
    free, fixed = (
        replace(cell, output=f"{told}\n{cell.output}")
        for told in (
            " SYMMETRY ALLOWED INTERNAL DEGREE(S) OF FREEDOM:   1",
            " THERE ARE NO SYMMETRY ALLOWED DIRECTIONS",
        )
    )
    notes = [
        FREQ.deck(
            DeckRequest("MgO", "FREQ", FREQ.check_settings({}, "FREQ"), None, {"geometry": one})
        ).notes
        for one in (parent, fixed, free)
    ]
    told = ["CELLONLY moved no atom" in " ".join(each) for each in notes]
    assert told == [False, False, True]


def test_atoms_that_are_not_there_are_refused(deck_of, request_of) -> None:
    with pytest.raises(DeckError, match="atom 3 is named, and the primitive cell has 2"):
        deck_of(fragment=[1, 3])
    with pytest.raises(DeckError, match="fragment names atom 9"):
        OPT.deck(request_of("MgO", "OPT", fragment=[9]))


def test_settings_of_optimisations_reach_the_deck(request_of) -> None:
    asked = {"optimise": "CVOLOPT", "maxtradius": 0.25, "finalrun": 3, "fragment": [5]}
    text = OPT.deck(request_of("MgO", "OPT", **asked)).text
    block = parse_d12(text).optimisation
    assert (block.kind, block.maxtradius, block.finalrun, block.fragment) == (
        "CVOLOPT", 0.25, 3, (2,),
    )  # fmt: skip
    assert standin.read(text).opt is not None
    with pytest.raises(ConfigError, match="CELLONLY moves none"):
        OPT.check_settings({"optimise": "CELLONLY", "fragment": [1]}, "step OPT")
    with pytest.raises(ConfigError) as error:
        OPT.check_settings({"optimise": "INTONLY"}, "step OPT")
    assert "ATOMONLY" in error.value.hint


def test_keywords_that_nobody_verified_are_named_on_the_result(chain) -> None:
    asked = {"scale": 0.98, "active": "RAMAN", "unverified": True}
    parent = chain("MgO")["OPT"].parent("OPT")
    notes = FREQ.deck(
        DeckRequest("MgO", "FREQ", FREQ.check_settings(asked, "FREQ"), None, {"geometry": parent})
    ).notes
    assert {"unverified: RAMAN in CRYSTAL23", "unverified: FREQSCAL in CRYSTAL23"} <= set(notes)


@pytest.fixture(scope="module")
def hydride(request_of, run, tmp_path_factory):
    """Run an OPT of lithium hydride."""
    prepared = OPT.deck(request_of("LiH", "OPT"))
    return run(prepared, "OPT", tmp_path_factory.mktemp("LiH") / "OPT", None)


def stretch(hydride, **asked: object):
    settings = FREQ.check_settings(asked, "FREQ")
    return FREQ.deck(
        DeckRequest("LiH", "FREQ", settings, None, {"geometry": hydride.parent("OPT")})
    )


def test_the_stretching_of_a_hydrogen_takes_the_place_of_frequencies(
    hydride, run, tmp_path
) -> None:
    asked = {"anharm": 2, "isotopes": [[2, 2.014]], "anharm_points26": True}
    prepared = stretch(hydride, **asked)
    deck = parse_d12(prepared.text)
    assert deck.frequencies is None
    assert (deck.anharm.atom, deck.anharm.isotopes) == (2, ((2, 2.014),))
    assert (deck.anharm.points26, deck.anharm.keepsymm) == (True, False)
    assert "ANHARM\n2\nISOTOPES\n1\n2 2.014\nPOINTS26\nEND\nBASISSET\n" in prepared.text
    assert deck.scf.toldee == 11
    ran = run(prepared, "FREQ", tmp_path / "FREQ", hydride)
    reading = FREQ.read(lambda name: (ran.directory / name).read_text().splitlines()
                        if (ran.directory / name).exists() else None)  # fmt: skip
    assert reading.verdict.kind is VerdictKind.OK


def test_modes_that_are_scanned_are_there(deck_of) -> None:
    with pytest.raises(DeckError, match="names mode 7, and 2 atoms have 6 modes"):
        deck_of(scan=[-5, 5, 0.4, 7])


def test_only_a_hydrogen_is_stretched(hydride) -> None:
    with pytest.raises(DeckError, match="no hydrogen") as caught:
        stretch(hydride, anharm=1)
    assert caught.value.hint == "Hydrogens are 2."
