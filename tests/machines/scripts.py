"""An attempt laid out for its job script, and ways to run it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

import crystald
from crystald.models import LeftFile, Resources
from crystald.names import Token
from crystald.wire.spool import read_spool
from crystald.workspace.prepare import write_attempt
from crystald.workspace.script import ScriptOrder, render_script

TEMPLATES = Path(crystald.__file__).parent.parent / "slurm_templates"
TOKEN = Token("0123456789abcdef0123")
HOSTILE = "a b'c $(touch owned) `id` ö;&|\"x"


def order_of(root: Path) -> ScriptOrder:
    """Give the order of an SP whose places are in one directory, and make those that must be there."""
    for name in ("spool", "scratch", "attempts"):
        (root / name).mkdir(parents=True)
    return ScriptOrder(
        material="MgO",
        step="SP",
        program="crystal",
        program_argv=(),
        token=TOKEN,
        name=f"MgO_SP.{TOKEN}",
        attempt=root / "attempts" / "01",
        spool=root / "spool",
        scratch=root / "scratch",
        deck="MgO_sp.d12",
        takes=(),
        leaves=(LeftFile("fort.9", "f9", needed=True), LeftFile("fort.25", "f25")),
        resources=Resources(),
        ring_argv=(),
        endpoint=root / "endpoint.json",
        ring_key=root / "ring.key",
    )


@dataclass
class Job:
    """An attempt laid out in a directory with a hostile name, and ways to run it."""

    root: Path
    order: ScriptOrder
    variables: dict[str, str] = field(default_factory=dict)
    """Further ones of its environment."""

    def lay_out(self, program: str, **changes: object) -> None:
        """Write deck and script; the program is a line of shell."""
        argv = ("/bin/bash", "-c", program)
        self.order = replace(self.order, program_argv=argv, **changes)  # type: ignore[arg-type]
        script = render_script(self.order, TEMPLATES)
        write_attempt(self.order.attempt, TOKEN, {self.order.deck: "the deck\n"}, script)

    def environment(self, number: int, restart: int = 0) -> dict[str, str]:
        names = {"PATH": os.environ["PATH"], "CRYSTALD_CLUSTER": "local"}
        own = {"CRYSTALD_JOB_ID": str(number), "CRYSTALD_RESTART": str(restart)}
        return names | own | self.variables

    def start(self, number: int = 1, restart: int = 0) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["/bin/bash", str(self.order.attempt / "job.sh")],
            cwd=self.order.attempt,
            env=self.environment(number, restart),
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, number: int = 1, restart: int = 0) -> tuple[int, str]:
        with self.start(number, restart) as process:
            said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def out(self, number: int = 1, restart: int = 0) -> Path:
        return self.order.attempt / f"{number}.{restart}"

    def told(self) -> list[str]:
        return [file.message.event for file in read_spool(self.order.spool, 99)]

    def scratch_left(self) -> list[Path]:
        return list(self.order.scratch.iterdir())


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
