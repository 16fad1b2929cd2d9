"""The program properties: bands and densities that agree with each other and with the SCF."""

from __future__ import annotations

import re

import numpy as np
import pytest

BAND = "BAND\nthe title\n5 8 60 1 {last} 1 0\n0 0 0 4 0 4\n4 0 4 5 2 5\n3 3 6 0 0 0\n0 0 0 4 4 4\n4 4 4 4 0 4\nEND\n"
DOSS = "NEWK\n8 8\n1 0\nDOSS\n{n} 800 -1 -1 2 14 0\n{low} {high}\n{projections}END\n"


@pytest.fixture(scope="module")
def wave(deck, run):
    return run(deck(basis="BASISSET\nPOB-DZVP\n", shrink="8 8"))


@pytest.fixture(scope="module")
def files(wave):
    return {"fort.9": wave.files["fort.9"]}


def records(text: str) -> list[tuple[str, int, int, float, float, list[int], np.ndarray]]:
    """Read fort.25 by its fixed widths."""
    found, lines = [], text.splitlines()
    while lines:
        head = lines.pop(0)
        assert head.startswith("-%-")
        rows, columns = int(head[8:13]), int(head[13:18])
        step, fermi = float(head[30:42]), float(head[42:54])
        lines.pop(0)
        ends = [int(lines[0][i : i + 5]) for i in range(0, 30, 5)]
        lines.pop(0)
        values: list[float] = []
        while len(values) < rows * columns:
            line = lines.pop(0)
            values += [float(line[i : i + 12]) for i in range(0, len(line), 12)]
        found.append((head[3:8], rows, columns, step, fermi, ends, np.array(values)))
    return found


def table(text: str) -> np.ndarray:
    rows = [line.split() for line in text.splitlines() if line[0] not in "#@"]
    return np.array([[float(value) for value in row] for row in rows])


def efermi(text: str) -> float:
    last = text.splitlines()[-1]
    assert last.startswith("# EFERMI (HARTREE) ")
    return float(last.split()[-1])


def test_bands_are_absolute_in_fort25_and_shifted_in_the_dat_file(
    files, wave, run_properties, printed
) -> None:
    n_ao = int(printed(r"NUMBER OF AO +(\d+)", wave.text))
    result = run_properties(BAND.format(last=n_ao), files)
    parts = records(result.files["fort.25"].decode())
    dat = result.files["BAND.DAT"].decode()
    rows = table(dat)
    assert [part[0] for part in parts] == ["0BAND"] * 5
    assert {part[1] for part in parts} == {n_ao}
    assert sum(part[2] for part in parts) == len(rows)
    absolute = np.concatenate([part[6].reshape(part[2], part[1]) for part in parts])
    assert np.allclose(absolute - parts[0][4], rows[:, 1:], rtol=1e-4, atol=2e-5)
    assert efermi(dat) == pytest.approx(parts[0][4], abs=1e-5)
    assert parts[1][5] == [4, 0, 4, 5, 2, 5]
    assert dat.startswith(f"# NKPT {len(rows):5d} NBND {n_ao:5d} NSPIN     1\n# NPANEL     5\n")


def test_a_line_counts_its_start_only_after_a_jump(files, run_properties) -> None:
    result = run_properties(BAND.format(last=8), files)
    counts = [int(n) for n in re.findall(r"^ +(\d+) POINTS - SHRINKING_FACTOR", result.text, re.M)]
    assert sum(counts) == 60 + 2
    dat = table(result.files["BAND.DAT"].decode())
    assert np.all(np.diff(dat[:, 0]) >= -1e-12)
    first, third = dat[0, 1:], dat[counts[0] + counts[1] + counts[2] - 1, 1:]
    assert np.allclose(first, third, atol=1e-5), "GAMMA twice"


def test_lines_are_echoed_in_fractions(files, run_properties) -> None:
    text = run_properties(BAND.format(last=8), files).text
    assert " LINE  1 ( 0.00 0.00 0.00: 0.50 0.00 0.50) IN TERMS OF PRIMITIVE LATTICE" in text
    assert " LINE  3 ( 0.38 0.38 0.75: 0.00 0.00 0.00)" in text


def test_band_edges_are_those_of_the_scf(files, wave, run_properties, printed) -> None:
    fermi = efermi(run_properties(BAND.format(last=8), files).files["BAND.DAT"].decode())
    top = float(printed(r"TOP OF VALENCE BANDS .* EIG +(\S+) AU", wave.text))
    assert fermi == pytest.approx(top, abs=1e-5)


def test_bands_are_periodic_and_symmetric(files, run_properties) -> None:
    def first_row(line: str) -> np.ndarray:
        text = f"BAND\nx\n1 8 2 1 20 1 0\n{line}\nEND\n"
        return table(run_properties(text, files).files["BAND.DAT"].decode())[0, 1:]

    one = first_row("1 2 3 0 0 0")
    for same in ("9 2 3 0 0 0", "-1 -2 -3 0 0 0", "2 1 3 0 0 0", "3 2 1 0 0 0"):
        assert np.allclose(first_row(same), one, atol=1e-5)
    assert not np.allclose(first_row("1 1 3 0 0 0"), one, atol=1e-4)


def test_densities_integrate_to_the_electrons(files, run_properties) -> None:
    text = DOSS.format(n=2, low=-1.8, high=0.4, projections="-1 1\n-1 2\n")
    result = run_properties(text, files)
    dat = result.files["DOSS.DAT"].decode()
    rows = table(dat)
    assert "NEPTS   802 NPROJ     3 NSPIN     1" in dat
    assert '@ XAXIS LABEL "E-EFERMI (HARTREE)"' in dat
    assert np.allclose(rows[:, 1] + rows[:, 2], rows[:, 3], rtol=1e-3, atol=1e-3)
    step = (rows[-1, 0] - rows[0, 0]) / (len(rows) - 1)
    filled = rows[rows[:, 0] < 0.02, 3].sum() * step
    assert filled == pytest.approx(8, rel=0.01)
    parts = records(result.files["fort.25"].decode())
    assert [part[0] for part in parts] == ["0DOSS"] * 3
    assert np.allclose(parts[2][6], rows[:, 3], rtol=1e-3, atol=1e-3)
    assert parts[2][5][:2] == [3, 36] or parts[2][5][0] == 3


def test_every_orbital_is_counted_once(files, wave, run_properties, printed) -> None:
    n_ao = int(printed(r"NUMBER OF AO +(\d+)", wave.text))
    half = n_ao // 2
    left = " ".join(str(i) for i in range(1, half + 1))
    right = "\n".join(str(i) for i in range(half + 1, n_ao + 1))
    projections = f"{half} {left}\n{n_ao - half}\n{right}\n"
    text = DOSS.format(n=2, low=-60, high=5, projections=projections)
    rows = table(run_properties(text, files).files["DOSS.DAT"].decode())
    step = (rows[-1, 0] - rows[0, 0]) / (len(rows) - 1)
    assert rows[:, 3].sum() * step == pytest.approx(2 * n_ao, rel=1e-3)
    assert np.allclose(rows[:, 1] + rows[:, 2], rows[:, 3], rtol=1e-3, atol=1e-3)


def test_a_band_window_gives_the_energies(files, run_properties) -> None:
    text = "DOSS\n1 200 7 12 1 14 0\n-1 1\nEND\n"
    result = run_properties(text, files)
    assert "DOSS.DAT" not in result.files
    assert len(records(result.files["fort.25"].decode())) == 2
    assert re.search(r"FROM BAND +\d+ TO BAND", result.text)


def test_open_shells_write_both_spins(deck, run, run_properties) -> None:
    nickel = ("225", "4.177", ("28 0 0 0", "8 0.5 0.5 0.5"))
    wave = run(deck(nickel, method="SPIN\nPBE\n"))
    files = {"fort.9": wave.files["fort.9"]}
    bands = run_properties(BAND.format(last=20), files)
    dat = bands.files["BAND.DAT"].decode()
    assert dat.count("# EFERMI (HARTREE)") == dat.count("NSPIN     2") == 2
    assert [part[0] for part in records(bands.files["fort.25"].decode())] == ["1BAND"] * 10
    text = DOSS.format(n=1, low=-1.5, high=0.5, projections="-1 1\n")
    rows = table(run_properties(text, files).files["DOSS.DAT"].decode())
    half = len(rows) // 2
    assert np.all(rows[:half, 1:] >= 0)
    assert np.all(rows[half:, 1:] <= 0)
    assert np.abs(rows[:half, 2]).sum() > np.abs(rows[half:, 2]).sum()
