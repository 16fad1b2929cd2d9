"""The demo: real crystals through the whole of crystald on this machine, with the stand-in.

What it prints at the end is counted, not assumed: starts of programs in the witness file that the
stand-in appends to, attempts and files in the database, pictures on disk.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import click

from crystalctl.commands.down import stop_daemon
from crystalctl.commands.ls import paged
from crystalctl.commands.submit import send
from crystalctl.commands.up import daemon_call, ping, start
from crystalctl.commands.wait import progress, watch
from crystalctl.homes import CONFIG_FILE
from crystalctl.options import Form
from crystalctl.render import Column, table
from crystalctl.session import Session
from crystald.errors import CrystaldError, RefusedError
from crystald.exits import OK

WORKFLOW: Final = "full_electronic"
WITNESS: Final = Path("state") / "witness.tsv"
PICTURES_S: Final = 120.0
PNG: Final = b"\x89PNG\r\n\x1a\n"

COLUMNS: Final = (
    Column("material", "MATERIAL"),
    Column("group", "GROUP"),
    Column("energy", "ENERGY (Ha)", right=True),
    Column("gap", "GAP (eV)", right=True),
    Column("files", "FILES", right=True),
    Column("picture", "PICTURE"),
)


@dataclass(frozen=True)
class Score:
    """What the demo came to.

    Attributes
    ----------
    materials, calculations
        Submitted.
    done
        Calculations that are done.
    duplicates
        Starts of a program beyond the first of its attempt, and what the audit found.
    lost
        Done calculations whose program was never seen to start, and what the audit found.
    pictures
        Materials with a picture.
    """

    materials: int
    calculations: int
    done: int
    duplicates: int
    lost: int
    pictures: int

    def troubles(self) -> list[str]:
        """Say what is wrong; empty when nothing is."""
        found = {
            f"{self.calculations - self.done} calculations not done": self.calculations - self.done,
            f"{self.duplicates} duplicates": self.duplicates,
            f"{self.lost} lost": self.lost,
            f"{self.materials - self.pictures} pictures missing": self.materials - self.pictures,
            "no material": int(self.materials == 0),
        }
        return [text for text, number in found.items() if number]


def run_demo(directory: Path, timeout_s: float) -> str:
    """Run the demo in a directory, which is left as a normal home with the daemon stopped.

    Returns
    -------
    str
        The last line.

    Raises
    ------
    CrystaldError
        Something is not as it should be.
    """
    home = directory.absolute()
    _make_home(home)
    inputs = write_inputs(home / "materials")
    session = Session(home, home / "state")
    if ping(session) is None:
        _succeed(start(session, daemon_call(session), timeout_s))
    try:
        score = _work(session, inputs, timeout_s)
    finally:
        stop_daemon(session, timeout_s)
    if troubles := score.troubles():
        raise CrystaldError(f"demo failed: {', '.join(troubles)}", f"Look into {home}")
    return (
        f"demo ok: {score.materials} materials, {score.done} calculations done, "
        f"{score.duplicates} duplicates, {score.lost} lost"
    )


def write_inputs(directory: Path) -> list[Path]:
    """Write the demo's CIFs; files that are there already stay."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for source in sorted(files("crystalctl").joinpath("demo_data").iterdir(), key=str):
        path = directory / source.name
        if not path.exists():
            path.write_bytes(source.read_bytes())
        written.append(path)
    return written


def program_command(program: str, home: Path) -> str:
    """Write the command that starts the stand-in and lets it witness each start."""
    words = (sys.executable, "-m", "crystal_standin", program, "--witness", str(home / WITNESS))
    return shlex.join(words)


def starts_by_token(witness: str) -> Counter[str]:
    r"""Count starts by token in a witness file (``token<TAB>directory<TAB>pid<TAB>time``).

    Examples
    --------
    >>> starts_by_token("t1\t/a\t7\t1.5\nt2\t/b\t8\t1.6\nt1\t/a\t9\t1.7\n")["t1"]
    2
    """
    return Counter(line.partition("\t")[0] for line in witness.splitlines() if line.strip())


def score_of(
    details: Sequence[dict[str, Any]], starts: Counter[str], audit: dict[str, Any], home: Path
) -> Score:
    """Count what a run came to.

    Parameters
    ----------
    details
        ``show`` of every calculation of the run.
    starts
        Starts of programs by token.
    audit
        Answer to ``audit``.
    home
        Pictures are below its workspace.
    """
    done = [detail for detail in details if detail["state"] == "done"]
    tokens = [attempt["token"] for detail in details for attempt in detail["attempts"]]
    winners = [detail["attempts"][-1]["token"] for detail in done if detail["attempts"]]
    pictured = {detail["material"] for detail in details if picture_of(detail, home)}
    return Score(
        materials=len({detail["material"] for detail in details}),
        calculations=len(details),
        done=len(done),
        duplicates=audit["duplicates"] + sum(max(0, starts[token] - 1) for token in tokens),
        lost=audit["lost"] + sum(starts[token] == 0 for token in winners),
        pictures=len(pictured),
    )


def picture_of(detail: dict[str, Any], home: Path) -> Path | None:
    """Find the picture of a calculation, if it is there and a PNG."""
    for file in detail["files"]:
        path = home / "workspace" / file["path"]
        if file["suffix"] == "png" and path.is_file():
            with path.open("rb") as picture:
                return path if picture.read(len(PNG)) == PNG else None
    return None


def _make_home(home: Path) -> None:
    """Make the home, or make sure that the one there computes nothing but demos."""
    commands = {name: program_command(name, home) for name in ("crystal", "properties")}
    config = home / CONFIG_FILE
    if config.exists():
        text = config.read_text(encoding="utf-8")
        if not all(_quoted(command) in text for command in commands.values()):
            raise RefusedError(
                f"{home} is a home with other programs than this demo's",
                "Choose another directory: crystalctl demo DIR",
            )
    call = [sys.executable, "-m", "crystald", "init", "--scheduler=local"]
    call += [f"--{name}-command={command}" for name, command in commands.items()]
    _succeed(subprocess.run([*call, "--", str(home)], check=False).returncode)


def _quoted(command: str) -> str:
    """Write a command as ``crystald init`` writes it into the settings."""
    import json

    return json.dumps(command, ensure_ascii=False)


def _work(session: Session, inputs: Sequence[Path], timeout_s: float) -> Score:
    """Submit, wait, print, count."""
    began_s = time.monotonic()
    answer = send(session, _request(inputs))
    run = answer["run_id"]
    click.echo(
        f"run {run}: {answer['materials']} materials, {answer['calculations']} calculations "
        "(numbers from a stand-in, not from CRYSTAL)"
    )
    watch(progress(session, run, timeout_s), Form.TABLE)
    details = _pictured(session, run)
    audit = session.ask("audit", {}, timeout_s=timeout_s)
    witness = (session.home / WITNESS).read_text(encoding="utf-8")
    groups = {
        row["id"]: row["space_group"] for row in paged(session, "ls", {"kind": "materials"}, 0)
    }
    table(list(_rows(details, groups, session.home)), COLUMNS)
    click.echo(f"{time.monotonic() - began_s:.1f} s on {len(os.sched_getaffinity(0))} cores")
    return score_of(details, starts_by_token(witness), audit, session.home)


def _request(inputs: Sequence[Path]) -> dict[str, Any]:
    return {
        "paths": [str(path) for path in inputs],
        "workflow": WORKFLOW,
        "plan": None,
        "set": {},
        "name": "demo",
        "dry_run": False,
        "skip_bad": False,
    }


def _pictured(session: Session, run: str) -> list[dict[str, Any]]:
    """Show every calculation of a run, once each material has its picture or time is over."""
    deadline_s = time.monotonic() + PICTURES_S
    rows = list(paged(session, "ls", {"kind": "calculations", "run": run}, 0))
    wanted = {row["material"] for row in rows}
    while True:
        details = [session.ask("show", {"id": row["id"]}) for row in rows]
        there = {detail["material"] for detail in details if picture_of(detail, session.home)}
        if there == wanted or time.monotonic() >= deadline_s:
            return details
        time.sleep(0.5)


def _rows(
    details: Sequence[dict[str, Any]], groups: dict[str, Any], home: Path
) -> Iterator[dict[str, Any]]:
    """Sum the calculations of each material up for the table."""
    for material in dict.fromkeys(detail["material"] for detail in details):
        own = [detail for detail in details if detail["material"] == material]
        values = {p["name"]: p["value"] for d in own if d["step"] == "SP" for p in d["properties"]}
        picture = next((found for d in own if (found := picture_of(d, home))), None)
        yield {
            "material": material,
            "group": values.get("space_group_symbol") or groups.get(material),
            "energy": _fixed(values.get("energy"), 6),
            "gap": _fixed(values.get("band_gap"), 2),
            "files": sum(len(detail["files"]) for detail in own),
            "picture": picture.relative_to(home) if picture else None,
        }


def _fixed(value: object, digits: int) -> str | None:
    return f"{value:.{digits}f}" if isinstance(value, (int, float)) else None


def _succeed(code: int) -> None:
    if code != OK:
        raise CrystaldError(f"demo failed: a step ended with exit code {code} (see above)")
