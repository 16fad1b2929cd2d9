"""Homes and daemons as real processes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from waiting import wait_until

STANDIN = [sys.executable, "-m", "crystal_standin"]

TABLE = """
WITH of_run AS (SELECT * FROM calculations WHERE run_id = '{run}')
SELECT material_id, step, state, NULL, NULL, NULL, NULL, NULL FROM of_run
UNION ALL
SELECT material_id, step, name, value_real, value_text, unit, file, line
  FROM of_run c JOIN properties p ON p.calculation_id = c.id
  WHERE name NOT IN ('elapsed_time', 'cpu_time', 'timings')
UNION ALL
SELECT material_id, step, suffix, NULL, NULL, NULL, NULL, NULL
  FROM of_run c JOIN files f ON f.calculation_id = c.id WHERE suffix <> 'png'
UNION ALL
SELECT c.material_id, step, fingerprint, NULL, cell_ang, numbers, positions_ang, NULL
  FROM of_run c JOIN results r ON r.calculation_id = c.id JOIN structures s ON s.id = r.structure_id
ORDER BY 1, 2, 3"""


@dataclass
class Home:
    """A home with short times, the stand-in for programs, and a witness file."""

    path: Path
    lease_s: float = 2.0
    daemons: list[subprocess.Popen[str]] = field(default_factory=list)

    def make(self, first_port: int = 22_000, slots: int = 2) -> Home:
        subprocess.run(
            [sys.executable, "-m", "crystald", "init", str(self.path)],
            check=True,
            capture_output=True,
        )
        (self.path / "config" / "crystald.yaml").write_text(
            f"daemon: {{lease_s: {self.lease_s}, workers: 1}}\n"
            f"scheduler: {{kind: local, slots: {slots}, poll_s: 1}}\n"
            f"wire: {{first_port: {first_port}, last_port: {first_port + 900}}}\n"
            f"programs:\n  crystal: {json.dumps([*STANDIN, 'crystal'])}\n"
            f"  properties: {json.dumps([*STANDIN, 'properties'])}\n"
        )
        return self

    @property
    def state(self) -> Path:
        return self.path / "state"

    @property
    def witness(self) -> Path:
        return self.state / "witness.tsv"

    def environment(self) -> dict[str, str]:
        return os.environ | {"CRYSTALD_WITNESS": str(self.witness)}

    def start(
        self, *options: str, prefix: Sequence[str] = (), **variables: str
    ) -> subprocess.Popen[str]:
        daemon = subprocess.Popen(
            [*prefix, sys.executable, "-m", "crystald", "--home", str(self.path), *options],
            env=self.environment() | variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.daemons.append(daemon)
        return daemon

    def up(self, *options: str, **variables: str) -> subprocess.Popen[str]:
        daemon = self.start(*options, **variables)
        self.ready(daemon)
        return daemon

    def ready(self, daemon: subprocess.Popen[str], timeout_s: float = 30.0) -> None:
        def look() -> bool:
            if daemon.poll() is not None:
                raise AssertionError(f"the daemon ended: {daemon.stderr.read()}")  # type: ignore[union-attr]
            return self.endpoint().get("pid") == daemon.pid

        wait_until(look, "the daemon is ready", timeout_s)

    def endpoint(self) -> dict[str, object]:
        try:
            found: dict[str, object] = json.loads((self.state / "endpoint.json").read_text())
        except FileNotFoundError:
            return {}
        return found

    def ctl(self, *arguments: str, code: int | None = 0, timeout_s: float = 120.0) -> str:
        ran = subprocess.run(
            [sys.executable, "-m", "crystalctl.main", "--home", str(self.path), *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert code is None or ran.returncode == code, f"{arguments}: {ran.stdout}\n{ran.stderr}"
        return ran.stdout

    def rows(self, sql: str) -> list[tuple]:
        database = (self.state / "materials.db").absolute().as_uri()
        connection = sqlite3.connect(f"{database}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def lease(self) -> dict[str, object]:
        names = ("epoch", "counter", "held", "host", "pid")
        return dict(zip(names, self.rows(f"SELECT {', '.join(names)} FROM lease")[0], strict=True))

    def table(self, run: str) -> dict[str, list[tuple]]:
        """The final table of a run, of each material: what must be the same whatever died.

        That is, of each step: its state, every property with its unit, file and line, every file
        that was published, and the structure it ended with; no times, and no pictures, which are
        drawn later. Where the material's name would stand, there is an asterisk.
        """
        found: dict[str, list[tuple]] = {}
        for material, *row in self.rows(TABLE.format(run=run)):
            cells = (c.replace(material, "*") if isinstance(c, str) else c for c in row)
            found.setdefault(material, []).append(tuple(cells))
        return found

    def starts(self) -> list[str]:
        """Tokens of the programs that were started, from the witness file."""
        if not self.witness.exists():
            return []
        return [line.split("\t")[0] for line in self.witness.read_text().splitlines()]

    def end(self) -> None:
        for daemon in self.daemons:
            if daemon.poll() is None:
                daemon.send_signal(signal.SIGKILL)
                daemon.send_signal(signal.SIGCONT)
            daemon.communicate()
