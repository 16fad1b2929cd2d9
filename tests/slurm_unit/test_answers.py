"""What sbatch says means a job, "later", "never", or nothing that decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.models import Accepted, Deferred, Rejected, Unclear
from crystald.names import JobId
from crystald.schedulers.slurm.answers import read_answer

FAILED = "sbatch: error: Batch job submission failed: "
POLICY = (
    FAILED + "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"
)


@pytest.mark.parametrize(
    ("out", "job"),
    [
        ("4711\n", "hpc.4711"),
        ("4711;other\n", "other.4711"),
        ("Welcome to HPC, you have 12 messages\n4711\n", "hpc.4711"),
        ("4711\nsbatch: your project ends in 30 days\n", "hpc.4711"),
        ("2026\n4711\n\n", "hpc.4711"),
        ("4711", "hpc.4711"),
    ],
)
def test_accepted(out: str, job: str) -> None:
    assert read_answer(0, out, "sbatch: warning: x\n", "hpc") == Accepted(JobId.parse(job))


@pytest.mark.parametrize(
    "limit",
    [
        "AssocMaxSubmitJobLimit",
        "AssocGrpSubmitJobsLimit",
        "QOSMaxSubmitJobPerUserLimit",
        "QOSMaxSubmitJobPerAccountLimit",
        "QOSGrpSubmitJobsLimit",
        "QOSMaxJobsPerUserLimit",
    ],
)
def test_a_full_queue_is_for_later(limit: str) -> None:
    err = f"sbatch: error: {limit}\n{POLICY}\n"
    answer = read_answer(1, "", err, "hpc")
    assert isinstance(answer, Deferred)
    assert answer.reason.startswith("you have as many")
    assert answer.reason.endswith(f"({limit})")


@pytest.mark.parametrize(
    "limit",
    [
        "AssocMaxWallDurationPerJobLimit",
        "QOSMaxCpuPerUserLimit",
        "QOSMaxNodePerJobLimit",
        "QOSMinCpuNotSatisfied",
    ],
)
def test_a_job_that_is_too_large_is_refused(limit: str) -> None:
    answer = read_answer(1, "", f"sbatch: error: {limit}\n{POLICY}\n", "hpc")
    assert isinstance(answer, Rejected)
    assert limit in answer.reason


@pytest.mark.parametrize(
    "text",
    [
        POLICY.removeprefix(FAILED),
        "Rate limit exceeded, please retry momentarily",
        "Required partition not available (inactive or drain)",
        "Unable to create job record, try again",
        "I/O error writing script/environment to file",
        "System submissions disabled",
    ],
)
def test_later(text: str) -> None:
    assert read_answer(1, "", FAILED + text + "\n", "hpc") == Deferred(text)


@pytest.mark.parametrize(
    "text",
    [
        "Invalid user id",
        "Invalid group id",
        "Access/permission denied",
        "User's group not permitted to use this partition",
    ],
)
def test_a_user_who_is_not_found_is_tried_again_and_told(text: str) -> None:
    answer = read_answer(1, "", FAILED + text + "\n", "hpc")
    assert answer == Deferred(text, sick=True)


@pytest.mark.parametrize(
    "err",
    [
        FAILED + "Invalid partition name specified",
        FAILED + "Invalid account or account/partition combination specified",
        FAILED + "Requested node configuration is not available",
        "sbatch: error: No account!\n" + FAILED + "Unspecified error",
        "sbatch: error: Unable to open file /x/job.sh",
        "sbatch: error: Batch script contains DOS line breaks (\\r\\n)",
        "/usr/bin/sbatch: unrecognized option '--gpu'",
        "sbatch: option '--hold' doesn't allow an argument",
        "sbatch: fatal: --mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive.",
        "sbatch: error: Invalid --time specification",
        "sbatch: error: Invalid --mail-type specification",
        'sbatch: error: "a" is not a valid node count',
        'sbatch: error: unrecognized --hint argument "xx", see --hint=help',
        "sbatch: error: Invalid generic resource (gres) specification",
        "sbatch: error: Could not open user environment file /nope",
    ],
)
def test_never(err: str) -> None:
    answer = read_answer(1, "", err + "\n", "hpc")
    assert isinstance(answer, Rejected)
    assert "error:" not in answer.reason
    assert "fatal:" not in answer.reason


@pytest.mark.parametrize("code", [124, 137, 143])
def test_what_a_killed_sbatch_printed_before_proves_nothing(code: int) -> None:
    err = 'sbatch: error: Invalid --hint, ignored by this site\nsbatch: error: "a" is not a valid node count\n'
    assert isinstance(read_answer(code, "", err, "hpc"), Unclear)
    assert isinstance(read_answer(255, "", err, "hpc"), Rejected)
    assert isinstance(
        read_answer(code, "", FAILED + "Invalid partition name specified\n", "hpc"), Rejected
    )


def test_a_refusal_tells_what_the_site_said() -> None:
    err = "sbatch: error: Ask for at most 40 cores.\n" + FAILED + "Unspecified error\n"
    answer = read_answer(1, "", err, "hpc")
    assert isinstance(answer, Rejected)
    assert "Ask for at most 40 cores." in answer.reason


@pytest.mark.parametrize(
    ("code", "out", "err"),
    [
        (None, "4711\n", ""),
        (None, "", POLICY),
        (0, "", ""),
        (0, "Submitted\n", ""),
        (0, "12 34\n", ""),
        (0, "4711_1\n", ""),
        (1, "4711\n", ""),
        (1, "4711\n", POLICY),
        (1, "", ""),
        (1, "", FAILED + "Socket timed out on send/recv operation"),
        (1, "", FAILED + "Unable to contact slurm controller (connect failure)"),
        (1, "", FAILED + "Zero Bytes were transmitted or received"),
        (1, "", FAILED + "Something new"),
        (1, "", "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying."),
        (124, "", ""),
        (137, "", ""),
        (127, "", "sbatch: not found"),
    ],
)
def test_nobody_knows(code: int | None, out: str, err: str) -> None:
    assert isinstance(read_answer(code, out, err + "\n", "hpc"), Unclear)


@given(st.one_of(st.none(), st.integers(0, 255)), st.text(), st.text())
def test_no_text_is_taken_for_more_than_it_says(code: int | None, out: str, err: str) -> None:
    answer = read_answer(code, out, err, "hpc")
    if isinstance(answer, Accepted):
        assert code == 0
        assert answer.job.number in out
    if code in (0, None):
        assert isinstance(answer, Accepted | Unclear)
