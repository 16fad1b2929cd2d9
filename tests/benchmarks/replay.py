"""Homes to be timed: programs that only leave what the stand-in left once, or the stand-in itself."""

from __future__ import annotations

import compileall
import json
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from homes import STANDIN
from slurmhomes import CIFS, CONFIG, SlurmHome
from slurmhost import SlurmHost

import crystal_ring
import crystal_standin
import crystald

STEPS = ("OPT", "SP", "BAND", "DOSS")

PROGRAM = """\
#!/bin/bash
# leaves what was recorded for the step that the deck asks for
deck=$(<INPUT)
case $deck in
  *OPTGEOM*) step=OPT ;; *BAND*) step=BAND ;; *DOSS*) step=DOSS ;; *) step=SP ;;
esac
printf '%s\\t%s\\n' "$CRYSTALD_TOKEN" "$step" >>{witness}
cp -- {recorded}/"$step"/* . && cat OUTPUT
"""


SBATCH = """\
#!/bin/sh
# leaves a file of the token's name when the real one has answered
{real} "$@"
code=$?
for word; do
  case $word in --comment=*) : >{answers}/"${{word#*=}}" ;; esac
done
exit $code
"""


def noting_sbatch(home: SlurmHome) -> str:
    """Write an sbatch that notes its answers; give its path."""
    tool = home.path / "bin" / "sbatch"
    tool.parent.mkdir()
    answers_of(home).mkdir()
    answers = shlex.quote(str(answers_of(home)))
    tool.write_text(SBATCH.format(real=shutil.which("sbatch"), answers=answers))
    tool.chmod(0o755)
    return str(tool)


def answers_of(home: SlurmHome) -> Path:
    """Where a file of each token is as old as the answer of its sbatch."""
    return home.state / "answers"


@dataclass(frozen=True)
class Recording:
    """One chain of MgO, run by the stand-in: a directory of files for each step."""

    place: Path

    def program(self, witness: Path) -> list[str]:
        """Write the program that plays it back and notes its starts; give its command."""
        script = self.place / f"{witness.parent.parent.name}.sh"
        words = {"witness": shlex.quote(str(witness)), "recorded": shlex.quote(str(self.place))}
        script.write_text(PROGRAM.format(**words))
        return ["/bin/bash", str(script)]


def as_installed() -> None:
    """Compile what is measured, as pip does when it installs; in a checkout nobody may have."""
    for package in (crystald, crystal_ring, crystal_standin):
        for place in package.__path__:
            compileall.compile_dir(place, quiet=1)


def record(host: SlurmHost, place: Path) -> Recording:
    """Run one chain with the stand-in and keep what its programs left."""
    as_installed()
    home = SlurmHome(place / "recorded", host=host).make()
    try:
        home.up()
        home.wait(home.submit(CIFS / "MgO.cif"), 200)
        for number, step in enumerate(STEPS, 1):
            (run,) = home.path.glob(
                f"workspace/workflow_outputs/*/step_{number:03d}_{step}/*/attempts/01/*.0"
            )
            shutil.copytree(run, place / "recording" / step)
    finally:
        home.end()
    return Recording(place / "recording")


def replaying(
    host: SlurmHost, path: Path, recording: Recording, lines: Sequence[str] = ()
) -> SlurmHome:
    """Make a home whose programs play a recording back.

    Parameters
    ----------
    lines
        Lines of shell for each job.
    """
    home = SlurmHome(path, host=host).make()
    command = recording.program(home.witness)
    return _configured(home, command, command, lines)


def standing_in(host: SlurmHost, path: Path) -> SlurmHome:
    """Make a home whose programs are the stand-in, which computes."""
    as_installed()
    home = SlurmHome(path, host=host).make()
    witness = f"export CRYSTALD_WITNESS={shlex.quote(str(home.witness))}"
    return _configured(home, [*STANDIN, "crystal"], [*STANDIN, "properties"], [witness])


def unheard(home: SlurmHome) -> SlurmHome:
    """Let jobs ring, as where the spool lies on a file system of the network."""
    config = home.path / "config" / "crystald.yaml"
    text = config.read_text()
    config.write_text(text.replace("wire: {", "wire: {hear_spool: false, "))
    return home


def _configured(
    home: SlurmHome, crystal: Sequence[str], properties: Sequence[str], lines: Sequence[str]
) -> SlurmHome:
    """Write the settings, with the times of a usual cluster."""
    text = CONFIG.format(
        slurm=json.dumps({"sbatch": noting_sbatch(home)}),
        crystal=json.dumps(crystal),
        properties=json.dumps(properties),
        environment=json.dumps(lines),
    )
    text = text.replace("daemon: {lease_s: 2, workers: 1}\n", "").replace("poll_s: 2", "poll_s: 15")
    text = text.replace("max_submit: 50", "max_submit: 250").replace(", hear_spool: false", "")
    (home.path / "config" / "crystald.yaml").write_text(text)
    return home
