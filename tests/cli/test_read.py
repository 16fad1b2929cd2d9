"""``crystalctl read``: files of every encoding, other files of a run, what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Type = Callable[..., tuple[int, str, str]]

HEAD = """\
 *                               CRYSTAL23                                     *
 *                      public : 1.0.1 - October 2022                          *
 EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 01:02:03.0
 our own title
 CRYSTAL CALCULATION
"""
SCF = """\
 CYC   0 ETOT(AU) -2.750000000000E+02 DETOT -5.00E+00 tst  1.00E-05 PX  1.00E-03
 == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -2.7500000000001E+02 CYCLES   2
"""
TAIL = """\
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT END         TELAPSE       12.50 TCPU       11.25
 EEEEEEEEEE TERMINATION  DATE 01 01 2030 TIME 01:02:16.0
"""
LIMIT = "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2030-01-01T00:00:00 DUE TO TIME LIMIT ***"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends(crystalctl: Type, tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "é.out"
    text = (HEAD + SCF + TAIL).replace("our own title", "Å").replace("\n", end)
    path.write_bytes(text.encode(encoding))
    code, out, _ = crystalctl("read", "--json", str(path))
    told = json.loads(out)
    assert (code, told["verdict"], told["energy_ha"]) == (0, "ok", -275.00000000001)
    assert told["version"] == "23 1.0.1 - October 2022"


def test_other_files_of_the_run_explain_its_end(crystalctl: Type, tmp_path: Path) -> None:
    out, log, error = (tmp_path / name for name in ("a.out", "a.log", "fort.87"))
    out.write_text(HEAD + SCF)
    log.write_text(f"begun\n{LIMIT}\n")
    error.write_text(" ERROR **** BFGS_ **** PXK TOO SMALL\n")
    told = json.loads(crystalctl("read", "--json", "--job-log", str(log), str(out))[1])
    assert (told["fault"], told["fault_line"]) == ("time-limit", LIMIT)
    assert (told["fault_line_number"], told["fault_file"]) == (2, "job log")
    both = ("--job-log", str(log), "--error-file", str(error))
    told = json.loads(crystalctl("read", "--json", *both, str(out))[1])
    assert (told["fault"], told["fault_file"]) == ("opt-flat", "fort.87")
    out.write_text(HEAD + SCF + TAIL)
    assert json.loads(crystalctl("read", "--json", *both, str(out))[1])["verdict"] == "ok"
    assert crystalctl("read", "--job-log", str(log), str(out), str(out))[0] == 2


@pytest.mark.parametrize("data", [b"", b"\0" * 100_000, b"\x1f\x8b\x08" + bytes(range(256)) * 99])
def test_what_is_no_output(crystalctl: Type, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert crystalctl("read", "--quiet", str(path)) == (1, "not-crystal\n", "")
    assert json.loads(crystalctl("read", "--json", str(path))[1])["guess_from_previous"] is None
    good = tmp_path / "a.out"
    good.write_text(HEAD + SCF + TAIL)
    both = ("read", "--quiet", str(good), str(path))
    assert crystalctl(*both) == (0, "ok\nnot-crystal\n", "")


def test_energies_keep_their_digits(crystalctl: Type, tmp_path: Path) -> None:
    path = tmp_path / "a.out"
    path.write_text(HEAD + SCF + TAIL)
    assert "-275.00000000001" in crystalctl("read", str(path))[1]
    assert "-275.00000000001" in crystalctl("read", str(path), str(path))[1]


def test_a_directory_is_told_and_the_others_are_read(crystalctl: Type, tmp_path: Path) -> None:
    path = tmp_path / "a.out"
    path.write_text(HEAD + SCF)
    code, out, err = crystalctl("read", "--quiet", str(tmp_path), str(path))
    assert (code, out) == (1, "truncated\n")
    assert "Is a directory" in err
    assert "*.out" in err
