"""The program crystal: optimisations and single points of the model."""

from __future__ import annotations

import re

import pytest

CELL_NAMES = ("a", "b", "c", "alpha", "beta", "gamma")


def final_material(text: str, group: str, names: tuple[str, ...]) -> tuple[str, str, list[str]]:
    """Read the final geometry as a person would copy it into the next deck."""
    final = text[text.index(" FINAL OPTIMIZED GEOMETRY") :]
    centred = final.find(" CRYSTALLOGRAPHIC CELL (VOLUME=")
    block = final[max(centred, 0) : final.index(" T = ATOM BELONGING")]
    numbers = re.search(r"ALPHA +BETA +GAMMA *\n(.*)", block).group(1).split()
    cell = dict(zip(CELL_NAMES, numbers, strict=True))
    atoms = re.findall(r"^ +\d+ T +(\d+) \S+ +(\S+) +(\S+) +(\S+)$", block, re.MULTILINE)
    return group, " ".join(cell[name] for name in names), [" ".join(atom) for atom in atoms]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("MgO", ("a",)),
        ("diamond", ("a",)),
        ("rutile", ("a", "c")),
        ("corundum", ("a", "c")),
        ("zirconia", ("a", "b", "c", "beta")),
        ("tenorite", ("a", "b", "c", "beta")),
    ],
)
def test_single_point_of_the_final_geometry_has_its_energy(
    name, names, deck, run, opt, materials, printed
) -> None:
    group = materials[name][0]
    first = run(deck(materials[name], geometry=opt))
    energy = float(printed(r"OPT END - CONVERGED \* E\(AU\): +(\S+)", first.text))
    again = run(deck(final_material(first.text, group, names)))
    single = float(printed(r"TOTAL ENERGY \+ DISP \(AU\) +(\S+)", again.text))
    assert single == pytest.approx(energy, abs=1e-7)
    volumes = re.findall(r"PRIMITIVE CELL - CENTRING CODE \S+ VOLUME= +(\S+)", first.text)
    assert float(volumes[-1]) == pytest.approx(float(volumes[0]), rel=0.2)
    assert printed(r"VOLUME= +(\S+) - DENS", again.text) == volumes[-1]


def test_gradient_is_the_slope_of_the_energy(deck, run, opt, printed) -> None:
    def energy(a: float) -> float:
        text = run(deck(("225", f"{a:.8f}", ("12 0 0 0", "8 0.5 0.5 0.5")))).text
        return float(printed(r"TOTAL ENERGY \+ DISP \(AU\) +(\S+)", text))

    slope_ha_per_ang = (energy(4.3101) - energy(4.3099)) / 0.0002
    text = run(deck(("225", "4.31", ("12 0 0 0", "8 0.5 0.5 0.5")), geometry=opt)).text
    force = float(re.search(r"MAX GRADIENT +(\S+)", text).group(1))
    bohr = 0.5291772083
    volume_root = (4.31**3 / 4) ** (1 / 3)
    expected = slope_ha_per_ang * 4.31 / 3**0.5 * bohr / volume_root
    assert force == pytest.approx(abs(expected), rel=1e-3)


def test_energies_of_the_points_fall_and_files_follow(deck, run, opt, materials) -> None:
    result = run(deck(materials["rutile"], geometry=opt))
    points = int(re.search(r"POINTS +(\d+) \*", result.text).group(1))
    assert points > 2
    changes = re.findall(r"DE \(AU\) +(\S+)", result.text)
    assert len(changes) == points - 1
    assert all(float(change) <= 0 for change in changes)
    assert {f"optc{i:03d}" for i in range(1, points + 1)} <= set(result.files)
    assert {"SCFOUT.LOG", "OPTINFO.DAT", "HESSOPT.DAT", "fort.34", "fort.9"} <= set(result.files)
    assert result.text.count(" COORDINATE AND CELL OPTIMIZATION - POINT") == points
    assert result.files["fort.34"] == result.files[f"optc{points:03d}"]


def test_gui_holds_the_cell_and_the_operators(deck, run, opt) -> None:
    lines = run(deck(geometry=opt)).files["fort.34"].decode().splitlines()
    assert lines[0].split()[0] == "3"
    assert int(lines[4]) == 48
    assert int(lines[5 + 4 * 48]) == 2
    assert lines[-1].split() == ["225", "48"]
    edge = [float(value) for value in lines[1].split()]
    assert edge[0] == 0
    assert edge[1] == edge[2] == pytest.approx(2.1, abs=0.1)


def test_sizes_and_k_points_are_printed_as_crystal_prints_them(deck, run) -> None:
    text = run(deck(shrink="12 24")).text
    assert "SHRINK. FACT.(MONKH.)   12 12 12  NUMBER OF K POINTS IN THE IBZ     72" in text
    assert "SHRINKING FACTOR(GILAT NET)   24  NUMBER OF K POINTS(GILAT NET)    413" in text
    assert "N. OF SYMMETRY OPERATORS    48" in text
    assert "N. OF ELECTRONS PER CELL    20" in text
    assert "CAPPA:IS1 12;IS2 12;IS3 12; K PTS MONK NET  72;" in text
    assert "SPACE GROUP (CENTROSYMMETRIC)        :  F M 3 M" in text
    assert "      1 T  12 MG    0.000000000000E+00  0.000000000000E+00" in text


def test_more_basis_gives_more_orbitals_and_the_same_electrons(deck, run, printed) -> None:
    counts = []
    for name in ("STO-3G", "POB-DZVP", "POB-TZVP-REV2"):
        text = run(deck(basis=f"BASISSET\n{name}\n")).text
        counts.append(int(printed(r"NUMBER OF AO +(\d+)", text)))
        assert f" Loading internal basis set: {name:<20}" in text
        assert "N. OF ELECTRONS PER CELL    20" in text
    assert counts == sorted(set(counts))


def test_the_banner_says_what_it_is(deck, run) -> None:
    text = run(deck()).text
    assert re.search(r"^ \* +STAND-IN +\*$", text, re.MULTILINE)
    assert not re.search(r"CRYSTAL(14|17|22|23)", text)
    assert " EEEEEEEEEE STARTING  DATE 02 01 2030 TIME 03:04:05.0" in text


def test_guess_is_witnessed_and_shortens_the_scf(deck, run, printed) -> None:
    first = run(deck())
    second = run(deck(scf="GUESSP\n"), {"fort.20": first.files["fort.9"]})
    witness = " INFORMATION **** GUESSP **** SCF GUESS FROM A PREVIOUS RUN DENSITY MATRIX"
    assert witness in second.text
    assert witness not in first.text
    cycles = [int(printed(r"CYCLES +(\d+)", run_.text)) for run_ in (first, second)]
    assert cycles[1] < cycles[0]
    other = run(
        deck(basis="BASISSET\nPOB-DZVP\n", scf="GUESSP\n"), {"fort.20": first.files["fort.9"]}
    )
    assert "BASIS SET OF fort.20 NOT THE SAME" in other.text


def test_maxcycle_ends_the_scf_unconverged_but_normally(deck, run) -> None:
    result = run(deck(scf="MAXCYCLE\n3\n"))
    assert re.search(r"== SCF ENDED - TOO MANY CYCLES +E\(AU\) \S+ CYCLES +3$", result.text, re.M)
    assert " EEEEEEEEEE TERMINATION  DATE" in result.text


def test_dry_runs_stop_early(deck, run) -> None:
    geometry = run(deck(geometry="TESTGEOM\n"))
    assert "TESTGEOM  DIRECTIVE - GEOMETRY EDITING COMPLETE" in geometry.text
    whole = run(deck(scf="TESTPDIM\n"))
    assert "SIZE OF DENSITY MATRIX EVALUATED" in whole.text
    for result in (geometry, whole):
        assert "SCF ENDED" not in result.text
        assert "fort.9" not in result.files


def test_corrections_stand_beside_the_scf_energy(deck, run, printed) -> None:
    text = run(deck(method="PBESOL03C\n", basis="BASISSET\nSOLDEF2MSVP\n")).text
    parts = [
        float(printed(pattern, text))
        for pattern in (r"SCF ENDED .* E\(AU\) (\S+)", r"D3 DISP.* (\S+)$", r"GCP ENERGY.* (\S+)$")
    ]
    total = float(printed(r"TOTAL ENERGY \+ DISP \+ GCP \(AU\) +(\S+)", text))
    assert total == pytest.approx(sum(parts), abs=1e-9)
    assert "D3 DISPERSION" not in run(deck(method="PBEXC\n")).text


def test_a_magnet_has_its_spin_and_a_gap(deck, run, printed) -> None:
    nickel = ("166", "2.9536 14.469", ("28 0 0 0", "28 0 0 0.5", "8 0 0 0.25"))
    spins = "ATOMSPIN\n2\n1 1 2 -1\nSPINLOCK\n0 3\n"
    text = run(deck(nickel, method="SPIN\nPBE\n", scf=spins)).text
    assert text.count(" SPIN LOCKING: NO ENERGY GAP COMPUTED") == 3
    assert "TYPE OF CALCULATION :  UNRESTRICTED OPEN SHELL" in text
    assert float(printed(r"SUMMED SPIN DENSITY +(\S+)", text)) == 0
    assert len(re.findall(r"(?:ALPHA|BETA ) +ELECTRONS\n INSULATING STATE", text)) % 2 == 0
    assert float(printed(r"ENERGY BAND GAP: +(\S+) eV", text)) > 0.5


def test_a_metal_conducts(deck, run) -> None:
    text = run(deck(("229", "2.866", ("26 0 0 0",)), shrink="8 16")).text
    assert re.search(r" POSSIBLY CONDUCTING STATE - EFERMI\(AU\) [- ]\d\.\d+E", text)
    assert "ENERGY BAND GAP" not in text
