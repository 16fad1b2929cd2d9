"""Homes whose jobs go to a real Slurm, and commands of Slurm that misbehave on demand."""

from __future__ import annotations

import json
import os
import shlex
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from homes import STANDIN, Home
from slurmhost import SlurmHost
from waiting import wait_until

CIFS = Path(str(files("crystalctl").joinpath("demo_data")))

CONFIG = """\
daemon: {{lease_s: 2, workers: 1}}
scheduler: {{kind: slurm, poll_s: 2}}
wire: {{first_port: 23000, last_port: 23900, hear_spool: false}}
queue: {{max_jobs: 400, reserve: 0, max_submit: 50}}
slurm: {slurm}
programs:
  crystal: {crystal}
  properties: {properties}
  environment: {environment}
"""

WITHOUT, WITH = "without accounting", "with accounting"
"""What the marker ``accounting`` of a test may name."""

WRAPPER = """\
#!/bin/bash
# stands for {name}: what it does is said by a file, one word
mode=$(cat {mode} 2>/dev/null)
LATE='for fd in /proc/$$/fd/*; do fd=${{fd##*/}}; ((fd > 2)) && eval "exec $fd>&-"; done; sleep 20; exec "$0" "$@"'
{cases}
exec {real} "$@"
"""

SBATCH = {
    "exit-1": '{real} "$@" >/dev/null; echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2; exit 1',
    "garbage": '{real} "$@" >/dev/null; echo "Lorem;ipsum dolor"; exit 0',
    "warning": 'echo "sbatch: warning: can\'t honor --ntasks"; {real} "$@"; code=$?; echo "see https://help"; exit $code',
    "never": 'echo "sbatch: error: Batch job submission failed: Unable to contact slurm controller" >&2; exit 1',
    "hangs": '{real} "$@" >/dev/null; sleep 600',
    "late": 'rm -f {mode}; setsid bash -c "$LATE" {real} "$@" </dev/null >/dev/null 2>&1 & echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2; exit 1',
    "kills": '{real} "$@"; code=$?; rm -f {mode}; kill -9 "$(python3 -c \'import json,sys; print(json.load(open(sys.argv[1]))["pid"])\' {endpoint})"; exit $code',
}
SQUEUE = {
    "fails": 'echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2; exit 1',
    "hangs": "sleep 600",
    "empty": "exit 0",
    "half": '{real} "$@" | head -c 100; exit 0',
}


@dataclass
class SlurmHome(Home):
    """A home on a Slurm."""

    host: SlurmHost | None = None

    def make(self, first_port: int = 23_000, slots: int = 0) -> SlurmHome:
        super().make(first_port, slots)
        self.configure()
        workflows = self.path / "config" / "workflows.yaml"
        text = workflows.read_text()
        begin, end = text.index("resources:"), text.index("workflows:")
        small = "{ranks: 1, memory_mb: 300, time_limit_s: 3600}"
        steps = "".join(f"  {step}: {small}\n" for step in ("OPT", "SP", "BAND", "DOSS"))
        workflows.write_text(f"{text[:begin]}resources:\n{steps}\n{text[end:]}")
        return self

    def configure(self, *lines: str, **slurm: object) -> None:
        """Write the settings; lines of shell for each job, and settings of Slurm."""
        quick = {"quiet_s": 8, "load_s": 1, "patience_s": 10, "answer_s": 5} | slurm
        witness = f"export CRYSTALD_WITNESS={shlex.quote(str(self.witness))}"
        (self.path / "config" / "crystald.yaml").write_text(
            CONFIG.format(
                slurm=json.dumps(quick),
                crystal=json.dumps([*STANDIN, "crystal"]),
                properties=json.dumps([*STANDIN, "properties"]),
                environment=json.dumps([witness, *lines]),
            )
        )

    def environment(self) -> dict[str, str]:
        assert self.host is not None
        return super().environment() | self.host.environment()

    def submit(self, *paths: Path, options: tuple[str, ...] = ()) -> str:
        """Submit; give the run."""
        said = self.ctl("submit", "--json", *options, *map(str, paths), timeout_s=300)
        return str(json.loads(said)["run_id"])

    def wait(self, run: str, timeout_s: float) -> None:
        """Wait until all of a run is done; tell what hinders what is not."""
        try:
            self.ctl("wait", run, "--timeout", str(timeout_s), timeout_s=timeout_s + 30)
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{self.hindrances(run)}") from None

    def hindrances(self, run: str) -> str:
        """What ``crystalctl show`` says of the calculations of a run that are not done."""
        undone = self.rows(
            "SELECT id FROM calculations WHERE state NOT IN ('done', 'waiting')"
            f" AND run_id = '{run}' LIMIT 10"
        )
        return "\n\n".join(self.ctl("show", f"c{number}", code=None) for (number,) in undone)

    def misbehaving(self, name: str, cases: dict[str, str]) -> Path:
        """Make a command that stands for one of Slurm's; give the file that says what it does."""
        assert self.host is not None
        mode, tool = self.path / f"{name}.mode", self.path / f"{name}.sh"
        real = f"/usr/bin/{name}"
        endpoint = shlex.quote(str(self.state / "endpoint.json"))
        known = {"real": real, "mode": shlex.quote(str(mode)), "endpoint": endpoint}
        lines = [
            f'[ "$mode" = {word} ] && {{ {text.format(**known)}; }}' for word, text in cases.items()
        ]
        tool.write_text(WRAPPER.format(name=name, cases="\n".join(lines), **known))
        tool.chmod(0o755)
        return mode

    def check(self, run: str) -> dict[str, list[tuple]]:
        """The invariants, counted by the starts of programs; gives the final table."""
        of_run = f"FROM calculations WHERE run_id = '{run}'"
        assert self.rows(f"SELECT DISTINCT state {of_run}") == [("done",)]
        starts = Counter(self.starts())
        assert max(starts.values()) == 1
        judged = self.rows("SELECT token FROM attempts WHERE state = 'judged'")
        assert sorted(starts) == sorted(token for (token,) in judged)
        audit = json.loads(self.ctl("audit", "--json"))
        assert (audit["duplicates"], audit["lost"], audit["clean"]) == (0, 0, True)
        self.check_accounts(starts)
        return self.table(run)

    def check_accounts(self, starts: Collection[str]) -> None:
        """Every start has its job in the accounts, where accounts are kept."""
        assert self.host is not None
        if self.host.accounting is None:
            return
        asked = ("sacct", "-X", "-D", "-n", "-P", "-S", "now-1hour", "-o", "JobName%200")

        def absent() -> list[str]:
            names = self.host.run(*asked).stdout.splitlines()  # type: ignore[union-attr]
            return [token for token in starts if not any(token in name for name in names)]

        wait_until(lambda: not absent(), "every start is in the accounts", 60)

    def banners(self) -> str:
        """What status shows as trouble."""
        return json.dumps(json.loads(self.ctl("status", "--json"))["banners"])


def copies(folder: Path, count: int) -> Path:
    """Make a folder with many materials."""
    folder.mkdir()
    text = (CIFS / "MgO.cif").read_bytes()
    for number in range(count):
        (folder / f"MgO-{number:03d}.cif").write_bytes(text)
    return folder


def alive(pid: int) -> bool:
    """Tell whether a process is there."""
    return os.path.exists(f"/proc/{pid}")  # noqa: PTH110
