"""BOLTZTRA, ECH3 and POT3 of the stand-in: physics that holds, and refusals in CRYSTAL's words."""

from __future__ import annotations

import numpy as np
import pytest

NICKEL = ("225", "4.177", ("28 0 0 0", "8 0.5 0.5 0.5"))
TRANSPORT = """\
NEWK
8 16
1 0
BOLTZTRA
TRANGE
300 600 300
MURANGE
{low} {high} {step}
TDFRANGE
{low} {high} 0.05
RELAXTIM
{tau}
END
END
"""


@pytest.fixture(scope="module")
def mgo(deck, run):
    return {"fort.9": run(deck()).files["fort.9"]}


@pytest.fixture(scope="module")
def nickel(deck, run):
    return {"fort.9": run(deck(NICKEL, method="SPIN\nPBE\n")).files["fort.9"]}


def blocks(data: bytes) -> list[list[np.ndarray]]:
    """Split a table into its spins and temperatures."""
    spins: list[list[np.ndarray]] = []
    for line in data.decode().splitlines():
        if line.startswith("# T(K)"):
            spins[-1].append([])
        elif line.startswith("# ") and "[" in line:
            spins.append([])
        elif not line.startswith("#"):
            spins[-1][-1].append([float(word) for word in line.split()])
    return [[np.array(block) for block in spin] for spin in spins]


def transport(run_properties, files, *, tau=10, low=-12, high=2, step=0.5):
    text = TRANSPORT.format(tau=tau, low=low, high=high, step=step)
    return run_properties(text, files)


def test_conductivity_grows_with_the_relaxation_time_alone(mgo, run_properties) -> None:
    one, two = (transport(run_properties, mgo, tau=tau) for tau in (10, 30))
    (first,), (second,) = (blocks(result.files["SIGMA.DAT"]) for result in (one, two))
    assert len(first) == 2
    assert np.allclose(3 * first[0][:, 3:], second[0][:, 3:], rtol=1e-5)
    (one_s,), (two_s,) = (blocks(result.files["SEEBECK.DAT"]) for result in (one, two))
    assert np.allclose(one_s[0], two_s[0], rtol=1e-5, atol=1e-9)


def test_a_cubic_crystal_conducts_alike_in_all_directions(mgo, run_properties) -> None:
    ((rows, _),) = blocks(transport(run_properties, mgo).files["SIGMA.DAT"])
    sigma = rows[:, 3:]
    assert np.allclose(sigma[:, 0], sigma[:, 3], rtol=1e-4)
    assert np.allclose(sigma[:, 0], sigma[:, 5], rtol=1e-4)
    assert np.abs(sigma[:, [1, 2, 4]]).max() < 1e-6 * sigma.max()
    assert sigma[:, 0].max() > 1e3 > sigma[:, 0].min() >= 0


def test_the_product_is_that_of_its_factors_and_carriers_change_sign(mgo, run_properties) -> None:
    files = transport(run_properties, mgo, high=20).files
    (sigma, _), (seebeck, _), (product, _) = (
        blocks(files[name])[0] for name in ("SIGMA.DAT", "SEEBECK.DAT", "SIGMAS.DAT")
    )
    conducting = sigma[:, 3] > 1e-3
    assert np.allclose(
        (sigma[:, 3] * seebeck[:, 3])[conducting], product[conducting, 3], rtol=1e-3, atol=1e-6
    )
    assert sigma[0, 2] > 0 > sigma[-1, 2], "holes below, electrons above"


def test_two_spins_have_a_part_each(nickel, run_properties) -> None:
    files = transport(run_properties, nickel).files
    assert len(blocks(files["SIGMA.DAT"])) == 2
    assert files["TDF.DAT"].count(b"Transport distribution function") == 2


def cube(data: bytes):
    lines = data.decode().splitlines()
    shape = [int(lines[i].split()[0]) for i in (3, 4, 5)]
    steps = np.array([[float(word) for word in lines[i].split()[1:]] for i in (3, 4, 5)])
    atoms = int(lines[2].split()[0])
    text = "".join(lines[6 + atoms :])
    values = np.array([float(text[i : i + 13]) for i in range(0, len(text), 13)])
    return lines, steps, values.reshape(shape)


def integral(steps: np.ndarray, values: np.ndarray) -> float:
    """Sum over one cell: planes at both ends are the same."""
    return float(values[:-1, :-1, :-1].sum() * abs(np.linalg.det(steps)))


def test_a_density_is_periodic_and_holds_its_electrons(mgo, run_properties) -> None:
    result = run_properties("ECH3\n40\nEND\n", mgo)
    lines, steps, values = cube(result.files["DENS_CUBE.DAT"])
    assert "STAND-IN" in lines[1]
    assert " 3D DENSITY, GRID IS  40* 40* 40" in result.text
    for axis in range(3):
        assert np.allclose(np.take(values, 0, axis), np.take(values, -1, axis), rtol=1e-3)
    assert integral(steps, values) == pytest.approx(20, rel=0.05)
    assert "SPIN_CUBE.DAT" not in result.files


def test_an_open_shell_writes_its_spin_too(nickel, run_properties) -> None:
    result = run_properties("ECH3\n24\nPOT3\n24\n5\nEND\n", nickel)
    _, steps, values = cube(result.files["SPIN_CUBE.DAT"])
    assert values.max() > 0
    assert integral(steps, values) == pytest.approx(2.0, abs=0.3)
    assert cube(result.files["POT_CUBE.DAT"])[2].shape == (24, 24, 24)


def test_a_formatted_wavefunction_is_read_where_the_deck_says_so(mgo, run_properties) -> None:
    files = {"fort.98": mgo["fort.9"]}
    assert "DENS_CUBE.DAT" in run_properties("RDFMWF\nECH3\n8\nEND\n", files).files
    assert "Wavefunction file can not be found" in run_properties("ECH3\n8\nEND\n", files).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ECH3\nEND\n", "FORMAT ERROR"),
        ("POT3\n20\nEND\n", "FORMAT ERROR"),
        ("POTC\n1 100 0\n-9 9\nEND\n", "FOR SLABS ONLY"),
        ("POTC\n0 0 0\nEND\n", "NOT DONE BY THE STAND-IN"),
        ("BOLTZTRA\nTRANGE\n300 200 10\nEND\nEND\n", "FORMAT ERROR"),
        ("BOLTZTRA\nTRANGE\n300 400 10\nEND\nEND\n", "NEEDS ITS RANGES"),
        ("BOLTZTRA\nDOSS\nEND\nEND\n", "NOT ALLOWED"),
        ("BOLTZTRA\nTRANGE\n300 400 10\n", "END OF DATA"),
    ],
)
def test_what_the_program_would_not_take_is_refused(mgo, run_properties, text, said) -> None:
    result = run_properties(text, mgo)
    assert said in result.text
    assert "ERROR ****" in result.text
    assert "TERMINATION" not in result.text
