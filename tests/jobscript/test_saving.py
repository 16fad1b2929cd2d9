"""What a job leaves: saved whole, durable before it is told, with few programs started for it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from scripts import Job
from shims import Shims

from crystald.models import EndRecord, LeftFile
from crystald.workspace.claims import read_end
from crystald.workspace.layout import OUTPUT


@pytest.fixture
def shims(job: Job, tmp_path: Path) -> Shims:
    made = Shims.install(tmp_path / "shims")
    job.variables["PATH"] = made.path
    return made


def leaving(job: Job, *patterns: str) -> Job:
    """Let a job leave other files."""
    order = replace(job.order, leaves=tuple(LeftFile(pattern, "") for pattern in patterns))
    return Job(job.root, order, job.variables)


def ended(job: Job) -> EndRecord:
    end = read_end(job.order.attempt)
    assert end is not None
    return end


def names(job: Job) -> list[str]:
    return sorted(path.name for path in job.out().iterdir())


def test_a_job_starts_few_programs(job: Job, shims: Shims) -> None:
    """Each costs a millisecond of a processor, of which a hundred jobs that end together want many."""
    job = leaving(job, "fort.9", "fort.98", "optc*")
    taken = []
    for name in ("fort.20", "fort.13"):
        (job.root / name).write_text("12345")
        taken.append((job.root / name, name, 5))
    job.lay_out("for f in fort.9 optc001 optc002; do echo $f >$f; done", takes=tuple(taken))
    assert job.run()[0] == 0
    start = ["ln", "mkdir", "sync", "mv", "mkdir", "cp", "cp", "cp", "stat"]
    end = ["stat", "cp", "sync", "mv", "mv", "mv", "sync", "rm"]
    assert [call[0] for call in shims.calls()] == start + end


def test_everything_is_durable_before_it_gets_its_name(job: Job, shims: Shims) -> None:
    job = leaving(job, "fort.9", "fort.98")
    job.lay_out("echo 1 >fort.9; echo 2 >fort.98")
    assert job.run()[0] == 0
    durable: set[str] = set()
    named = []
    for name, *words in shims.calls():
        if name == "sync":
            durable |= set(words[1:])
        if name == "mv":
            sources = words[words.index("--") + 1 :]
            assert set(sources[:1] if words[0] == "-fT" else sources) <= durable
            named.append(sources[-1])
    assert str(job.out() / OUTPUT) in durable
    kept, record, message = named[-3:]
    assert (kept, record) == ("./fort.98", str(job.order.attempt / "end.json"))
    assert message.endswith(".end.json")
    (_, *directories), (cleaning, *_) = shims.calls()[-2:]
    assert directories[1:] == [str(job.out()), str(job.order.attempt), str(job.order.spool)]
    assert cleaning == "rm"


NAMES = {
    "optc a b": "'optc a b'",
    "-t": "-t",
    "@": "@",
    "optc[1]": "'optc[1]'",
    "optc\nb": r"$'optc\nb'",
    "optc$(touch owned)": "'optc$(touch owned)'",
    "optc'\"": r"optc\'\"",
}
"""Names, and how the shell writes them."""


def test_names_of_all_kinds_are_saved(job: Job) -> None:
    job = leaving(job, "-t", "@", "opt*", "optc*", "*")
    words = " ".join(NAMES.values())
    job.lay_out(f'for f in {words}; do echo whole >"$f"; done; rm INPUT')
    assert job.run()[0] == 0
    assert names(job) == sorted([OUTPUT, *NAMES])
    assert {(job.out() / name).read_text() for name in NAMES} == {"whole\n"}
    assert job.scratch_left() == []


def test_a_file_that_somebody_saved_before_is_replaced(job: Job) -> None:
    saved = shlex.quote(str(job.out() / "fort.9"))
    job.lay_out(f"echo new >fort.9; echo old >{saved}")
    assert job.run()[0] == 0
    assert (job.out() / "fort.9").read_text() == "new\n"


@pytest.mark.parametrize("bytes_between", [5, 65 * 2**20])
def test_one_that_cannot_be_saved_keeps_no_other_from_it(job: Job, bytes_between: int) -> None:
    job = leaving(job, "fort.9", "fort.98", "optc*", "PPAN.DAT")
    in_the_way = shlex.quote(str(job.out() / "fort.98"))
    job.lay_out(
        "for f in fort.9 fort.98 PPAN.DAT; do echo $f >$f; done;"
        f" truncate -s {bytes_between} optc001; mkdir {in_the_way}"
    )
    code, said = job.run()
    assert (code, ended(job).exit_code, ended(job).why) == (74, 74, "stage-out")
    assert not ended(job).complete
    assert names(job) == [OUTPUT, "PPAN.DAT", "fort.9", "fort.98", "optc001"]
    assert (job.out() / "PPAN.DAT").read_text() == "PPAN.DAT\n"
    (left,) = job.scratch_left()
    assert f"some files could not be saved; they stay in {left}" in said
    assert (left / "fort.98").read_text() == "fort.98\n"
    assert job.told() == ["start", "end"]


def test_a_scratch_directory_that_went_away_is_told(job: Job) -> None:
    job.lay_out('echo wave >fort.9; rm -r "$PWD"')
    assert job.run()[0] == 74
    assert (ended(job).complete, ended(job).why) == (False, "stage-out")


def test_many_files_go_in_groups(job: Job, shims: Shims) -> None:
    job = leaving(job, "optc*")
    job.lay_out("for ((n = 1000; n < 1600; n++)); do : >optc$n; done")
    assert job.run()[0] == 0
    sizes = [len(call) - 5 for call in shims.calls() if call[:2] == ["cp", "--reflink=auto"]]
    assert sizes == [500, 100]
    assert len(names(job)) == 601
    assert ended(job).complete


def test_a_large_file_goes_for_itself(job: Job, shims: Shims) -> None:
    """What was copied is not lost when the time runs out while it is copied."""
    job = leaving(job, "fort.9", "fort.98", "OPTINFO.DAT", "HESSOPT.DAT")
    job.lay_out("echo 1 >fort.9; truncate -s 65M fort.98; echo 3 >OPTINFO.DAT; echo 4 >HESSOPT.DAT")
    assert job.run()[0] == 0
    groups = [call[5:] for call in shims.calls() if call[:2] == ["cp", "--reflink=auto"]]
    assert groups == [["./fort.9"], ["./fort.98"], ["./OPTINFO.DAT", "./HESSOPT.DAT"]]
    assert (job.out() / "fort.98").stat().st_size == 65 * 2**20


def test_a_scratch_directory_is_made_where_a_site_wants_it(job: Job) -> None:
    place = job.root / "new" / "place"
    job.lay_out("pwd", environment=(f"scratch={shlex.quote(str(place))}",))
    assert job.run()[0] == 0
    assert (job.out() / OUTPUT).read_text().startswith(f"{place}/")
    assert list(place.iterdir()) == []


def test_a_record_that_the_file_server_lost_is_not_shown(job: Job, shims: Shims) -> None:
    """The server of a full disk may take a file, and say at its closing that it did not."""
    job.lay_out("echo wave >fort.9")
    shims.wish("short")
    job.run()
    assert [path.name for path in job.order.attempt.glob("end.json")] == []
    assert (job.out() / "fort.9").exists()
    assert [(left / "fort.9").read_text() for left in job.scratch_left()] == ["wave\n"]
