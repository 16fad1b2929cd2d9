"""The processes of a local job: started so that they outlive everybody, ended all together.

A wrapper shell leads a session of its own. The script runs in it in a process group of its own,
so that signals to the script (and what it started) spare the wrapper, which waits for the script,
kills whatever the script left behind in the session, and only then writes the exit code: an exit
code means that nothing of the job runs any more. All of them hold the job's lock by inheritance.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crystald.durable import is_locked
from crystald.schedulers.local.jobs import JobFile

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

KEPT_VARIABLES = frozenset(
    ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SHELL")
)
"""What a job sees of the environment."""

PASSED_PREFIXES = ("CRYSTAL_STANDIN_", "CRYSTALD_WITNESS")
"""What the stand-in may be told through the environment, in drills."""

WRAPPER = r"""
set -m
/bin/bash "$1" >>"$2" 2>&1 </dev/null &
script=$!
set +m
read -r boot </proc/sys/kernel/random/boot_id
read -r stat <"/proc/$script/stat"
set -- "$3" ${stat##*) }
printf '%s %s %s %s\n' "$script" "$$" "$boot" "${21-}" >"$1/processes"
job=$1
wait "$script"
code=$?
while :; do
  left=
  for place in /proc/[0-9]*/stat; do
    stat=
    read -r -d '' stat <"$place" || [ -n "$stat" ] || continue
    set -- ${stat##*) }
    pid=${place//[!0-9]/}
    [ "$4" = "$$" ] && [ "$pid" != "$$" ] && [ "$1" != Z ] && kill -KILL "$pid" && left=yes
  done
  [ -n "$left" ] || break
  sleep 0.05
done
echo "$code" >"$job/exit.partial" && sync "$job/exit.partial" && mv "$job/exit.partial" "$job/exit"
"""
"""Arguments: the script, its log, the job's directory.

After the last ``)`` of /proc/<pid>/stat (proc_pid_stat(5)) come state, parent, group, session and,
as the twentieth, the time of start; with the directory put before them the last is ``$21``.
"""


def start(
    number: int, job: Path, lock: int, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start the script of a job; its processes inherit the lock.

    Raises
    ------
    OSError, ValueError
        Nothing was started.
    """
    asked = JobFile.read(job)
    log = Path(asked.directory) / f"job-{number}.log"
    return subprocess.Popen(
        ["/bin/bash", "--norc", "-c", WRAPPER, "crystald-job", asked.script, str(log), str(job)],
        cwd=asked.directory,
        env=job_environment(number, environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(lock,),
        start_new_session=True,
    )


def job_environment(number: int, environment: Mapping[str, str]) -> dict[str, str]:
    """Give the small environment of a job."""
    kept = {
        name: value
        for name, value in environment.items()
        if name in KEPT_VARIABLES or name.startswith(PASSED_PREFIXES)
    }
    return kept | {
        "CRYSTALD_CLUSTER": "local",
        "CRYSTALD_JOB_ID": str(number),
        "CRYSTALD_RESTART": "0",
    }


@dataclass(frozen=True)
class Processes:
    """Who runs a script: process group of the script, session of the wrapper, boot, start time."""

    script: int
    session: int
    boot: str
    started: str

    @classmethod
    def read(cls, job: Path) -> Processes | None:
        """Read what the wrapper wrote; None while it is not (wholly) there."""
        try:
            words = (job / "processes").read_text().split()
            script, session, boot, started = words
            return cls(int(script), int(session), boot, started)
        except (FileNotFoundError, ValueError):
            return None


def tell(job: Path, number: signal.Signals) -> bool:
    """Signal the script and all of its process group; KILL ends the whole session.

    Ids of processes are used again after a while, and mean nothing on another host or after a
    boot: a signal is sent only while the job's lock is held and the ids are known to be its own.

    Returns
    -------
    bool
        Whether the signal was sent.
    """
    found = _own(job)
    if found is None:
        return False
    try:
        os.killpg(found.script, number)
    except ProcessLookupError:
        if number is not signal.SIGKILL:
            return False
    if number is signal.SIGKILL and not _runs(found.session):
        _kill_session(found.session)
    return True


def warn(job: Path) -> bool:
    """Send USR1 to the script alone, as ``--signal=B:USR1`` does; tell whether it was sent."""
    found = _own(job)
    if found is None:
        return False
    try:
        os.kill(found.script, signal.SIGUSR1)
    except ProcessLookupError:
        return False
    return True


def _own(job: Path) -> Processes | None:
    found = Processes.read(job)
    if found is None or found.boot != BOOT_ID.read_text().strip() or not is_locked(job / "lock"):
        return None
    fields = _fields(found.script)
    return found if fields is None or fields[19] == found.started else None


def _fields(pid: int) -> list[str] | None:
    """Give what follows the name in /proc/<pid>/stat; None when there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()


def _runs(pid: int) -> bool:
    fields = _fields(pid)
    return fields is not None and fields[0] != "Z"


def _kill_session(session: int) -> None:
    """Kill what is left of a session whose wrapper cannot do it any more."""
    for entry in os.listdir("/proc"):  # noqa: PTH208
        if not entry.isdigit():
            continue
        fields = _fields(int(entry))
        if fields and fields[3] == str(session) and fields[0] != "Z":
            try:
                os.kill(int(entry), signal.SIGKILL)
            except ProcessLookupError:
                continue
