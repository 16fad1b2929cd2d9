"""``crystald doctor``: print a check-up while it is made."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from crystald.clock import SystemClock
from crystald.doctor.checkup import check_up
from crystald.doctor.errand import errand_of
from crystald.doctor.lines import Line, all_well, as_object, as_text, bad
from crystald.errors import CrystaldError
from crystald.names import Token
from crystald.settings import load_settings

TOKEN_BYTES = 10


def run(home: Path, *, job: bool, timeout_s: float, as_json: bool) -> bool:
    """Check a home up and print the lines; tell whether nothing is bad.

    Parameters
    ----------
    home
        Absolute.
    job
        Whether a job looks from a compute node, too.
    timeout_s
        How long that job is waited for.
    as_json
        Whether one object is printed at the end instead.
    """
    trial = f".crystald-doctor-{os.getpid()}-{secrets.token_hex(4)}"
    found = list(_shown(check_up(home, trial), as_json=as_json))
    if job:
        found += _shown(iter(_on_a_node(home, timeout_s)), as_json=as_json)
    well = all_well(found)
    if as_json:
        answer = {"ok": well, "lines": [as_object(line) for line in found]}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    return well


def _shown(lines: Iterator[Line], *, as_json: bool) -> Iterator[Line]:
    """Print lines as they come."""
    for line in lines:
        if not as_json:
            sys.stdout.write(as_text(line) + "\n")
            sys.stdout.flush()
        yield line


def _on_a_node(home: Path, timeout_s: float) -> list[Line]:
    """Send a job; what it leaves stays only where something was wrong."""
    try:
        token = Token(secrets.token_hex(TOKEN_BYTES))
        errand = errand_of(home, load_settings(home), token, SystemClock())
        found = asyncio.run(errand.run(timeout_s, _tell))
    except CrystaldError as error:
        return [bad("job", error.message, error.hint)]
    except OSError as error:
        return [bad("job", f"it could not be prepared: {error}", "See what is bad above.")]
    if all_well(found):
        shutil.rmtree(errand.directory, ignore_errors=True)
    return found


def _tell(text: str) -> None:
    sys.stderr.write(f"      {text}\n")
    sys.stderr.flush()
