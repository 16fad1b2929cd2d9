"""The starred box at the top of every output: CRYSTAL's place, the stand-in's name."""

from __future__ import annotations

from crystal_standin import VERSION
from crystal_standin.events import STARS, Report

_CONTENT = (
    "",
    "STAND-IN",
    f"stand-in : {VERSION} - not CRYSTAL",
    "",
    "THIS IS NOT CRYSTAL. THE NUMBERS BELOW COME FROM A TOY MODEL",
    "AND MEAN NOTHING. THEY EXIST TO TRY OUT THE SOFTWARE AROUND CRYSTAL.",
    "",
)


def print_banner(report: Report) -> None:
    """Print the box and the line of the start."""
    report.line(STARS, *(f" *{text:^77}*" for text in _CONTENT), STARS)
    report.line(f" EEEEEEEEEE STARTING  {report.date()}")
