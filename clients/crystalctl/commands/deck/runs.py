"""The output that a deck is made of: one of the crystal program, and of no other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crystald.errors import InputError

if TYPE_CHECKING:
    from crystald.crystal.output import Output


def output_of_run(path: Path, text: str) -> Output:
    """Read an output.

    Raises
    ------
    InputError
        It is none of the crystal program.
    """
    from crystald.crystal.output import read_output

    output = read_output(text.splitlines())
    if output.properties_run:
        raise InputError(
            f"{path} is the output of a properties run", "Name the output of the SP or OPT before."
        )
    if output.program is None and not output.crystal_run:
        raise InputError(f"{path} is no output of CRYSTAL", "Name the output of an SP or OPT.")
    return output


def not_ended_well(output: Output) -> tuple[str, ...]:
    """Tell that a run failed or was cut, whose geometry or wavefunction a deck takes."""
    from crystald.models import VerdictKind

    verdict = output.verdict
    if verdict.kind is VerdictKind.OK:
        return ()
    return (f"the run did not end well ({verdict.fault or verdict.kind})",)
