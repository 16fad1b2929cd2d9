"""``crystalctl deck properties``: the deck of a property step, out of an output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crystalctl.commands.deck.delivery import deliver, targets_of, tell
from crystalctl.commands.deck.from_cif import step_settings
from crystalctl.commands.deck.options import files_argument, output_option, set_option
from crystalctl.commands.deck.reading import read
from crystalctl.commands.deck.runs import not_ended_well, output_of_run
from crystalctl.options import form, form_options
from crystald.errors import CrystaldError, InputError

if TYPE_CHECKING:
    from crystald.crystal.output import Output
    from crystald.steps.base import Parent, PreparedDeck

STEPS: Final = ("BAND", "DOSS", "TRANSPORT", "CHARGE+POTENTIAL")
WAVEFUNCTIONS: Final = (".f9", ".f98")
OUTPUTS: Final = (".out", ".outp", ".log")


@dataclass(frozen=True)
class Sources:
    """The files of a run.

    Attributes
    ----------
    output
        What the crystal program printed.
    deck
        Its deck, None when it is not beside.
    leaves
        Suffixes of the wavefunctions beside it: ``f9``, ``f98``.
    """

    output: Path
    deck: Path | None
    leaves: frozenset[str]


@click.command("properties")
@files_argument
@click.option("--step", type=click.Choice(STEPS), required=True, help="Which property.")
@output_option
@set_option
@click.option("--force", is_flag=True, help="Replace decks; take any run.")
@form_options
@click.pass_context
def command(
    context: click.Context,
    /,
    files: tuple[Path, ...],
    step: str,
    output: Path | None,
    changes: tuple[str, ...],
    *,
    force: bool,
) -> int:
    """Make the deck of a property step out of outputs, or of the .f9 beside them."""
    targets = targets_of([path.stem for path in files], output, f"_{step.lower()}.d3")
    settings = step_settings(step, changes)
    rows = []
    for path, target in zip(files, targets, strict=True):
        rows.append(_row(path, step, settings, target, force=force))
    return tell(rows, form(context))


def sources_of(path: Path) -> Sources:
    """Find the output and what lies beside it.

    Raises
    ------
    InputError
        There is no such file, or no output beside a wavefunction.
    """
    if not path.is_file():
        raise InputError(f"{path} is no file", "Name an output, or the .f9 beside it.")
    if path.name in ("fort.9", "fort.98"):
        raise InputError(
            f"{path} is a wavefunction without the name of its run",
            "Name the output of the run instead.",
        )
    output = path
    if path.suffix in WAVEFUNCTIONS:
        beside = [path.with_suffix(suffix) for suffix in OUTPUTS]
        found = next((one for one in beside if one.is_file()), None)
        if found is None:
            raise InputError(
                f"{path}: there is no {beside[0].name} beside it",
                "A wavefunction cannot be read alone: put the output of its run beside it.",
            )
        output = found
    deck = output.with_suffix(".d12")
    kept = (path.suffix,) if path.suffix in WAVEFUNCTIONS else WAVEFUNCTIONS
    leaves = frozenset(s.removeprefix(".") for s in kept if _holds(output.with_suffix(s)))
    return Sources(output, deck if deck.is_file() else None, leaves)


def _holds(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def make(
    path: Path, step: str, settings: Mapping[str, object], *, force: bool = False
) -> PreparedDeck:
    """Make the deck.

    Parameters
    ----------
    force
        Whether a run will do of which no SCF converged.

    Raises
    ------
    CrystaldError
        There is no output of the crystal program, or no deck can be made of it.
    """
    from dataclasses import replace

    from crystald.steps.base import DeckRequest
    from crystald.steps.prepare import prepare
    from crystald.steps.table import STEP_TYPES

    sources = sources_of(path)
    parent = _parent(sources)
    output = output_of_run(sources.output, parent.output)
    if not force:
        _refuse_unconverged(sources.output, output)
    request = DeckRequest(sources.output.stem, step, settings, None, {"wavefunction": parent})
    prepared = prepare(STEP_TYPES[step], request)
    return replace(prepared, notes=(*_doubts(sources, output), *prepared.notes))


def _refuse_unconverged(path: Path, output: Output) -> None:
    """Refuse a run whose wavefunction is of no use."""
    if output.scf_converged:
        return
    told = "its SCF did not converge" if output.scf_converged is False else "it ended no SCF"
    cure = "Name the output of the SP" if output.terminated else "Finish the run first"
    raise InputError(
        f"{path} ({output.verdict.fault or output.verdict.kind}): {told}",
        f"{cure}, or make the deck all the same with --force.",
    )


def _doubts(sources: Sources, output: Output) -> list[str]:
    """Tell what keeps the deck from being of use."""
    found = list(not_ended_well(output))
    if not sources.leaves:
        name = sources.output.with_suffix(".f9").name
        found.append(f"the job cannot run: there is no {name} beside the output, its fort.9")
    return found


def _parent(sources: Sources) -> Parent:
    from crystald.steps.base import Parent

    return Parent(
        step=sources.output.name,
        deck=read(sources.deck) if sources.deck else "",
        output=read(sources.output),
        leaves=sources.leaves or frozenset({"f9"}),
    )


def _row(
    path: Path, step: str, settings: Mapping[str, object], target: Path | None, *, force: bool
) -> dict[str, Any]:
    """Make one deck and write it where it belongs; what is wrong is told, not raised."""
    row: dict[str, Any] = {"file": str(path), "deck": None, "notes": [], "error": None}
    try:
        prepared = make(path, step, settings, force=force)
    except CrystaldError as error:
        return row | {"error": str(error)}
    row["notes"] = list(prepared.notes)
    if target is None:
        return row | {"text": prepared.text}
    return row | deliver("deck", {target: prepared.text}, force=force)
