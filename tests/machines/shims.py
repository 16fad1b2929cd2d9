"""The programs that a job script starts, watched: how they are called, and what when one fails."""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

WATCHED = ("cp", "ln", "mkdir", "mv", "rm", "stat", "sync")

SHIM = """#!/bin/bash
place={place} real={real} name=${{0##*/}}
printf '%s' "$name" >>"$place/calls"
printf '\\t%s' "$@" >>"$place/calls"
printf '\\n' >>"$place/calls"
mapfile -t calls <"$place/calls"
read -r fault <"$place/fault"
into="" given=()
while [ "$#" -gt 0 ] && [ "$1" != -- ]; do [[ $1 == -*t ]] && into=$2; given+=("$1"); shift; done
case $fault in
  "fail ${{#calls[@]}}") exit 1 ;;
  "torn ${{#calls[@]}}")
    half=${{@: -1}}
    [ -z "$into" ] || half=$into/$2
    case $name in
      cp) head -c 1000 "$2" >"$half" ;;
      mv) [ -z "$into" ] || "$real" "${{given[@]}}" "${{@:1:2}}" ;;
      rm) "$real" -rf -- "$half/INPUT" ;;
    esac
    kill -9 "$PPID"
    exit ;;
  short) for file; do [[ $file == */.end.json* ]] && : >"$file"; done ;;
esac
exec "$real" "${{given[@]}}" "$@"
"""
"""``fail N``: the Nth call does nothing, and says so. ``torn N``: it does a part, and the script is
killed. ``short``: a file server loses the end record."""


@dataclass(frozen=True)
class Shims:
    """Programs in a directory that comes first in the path."""

    place: Path

    @classmethod
    def install(cls, place: Path) -> Shims:
        """Write them."""
        place.mkdir()
        for name in WATCHED:
            real = shutil.which(name)
            assert real
            shim = place / name
            shim.write_text(SHIM.format(place=shlex.quote(str(place)), real=real))
            shim.chmod(0o755)
        shims = cls(place)
        shims.wish("none")
        return shims

    @property
    def path(self) -> str:
        """What PATH must be."""
        return f"{self.place}:{os.environ['PATH']}"

    def wish(self, fault: str) -> None:
        """Say what goes wrong from now on, and forget the calls so far."""
        (self.place / "fault").write_text(f"{fault}\n")
        (self.place / "calls").write_text("")

    def calls(self) -> list[list[str]]:
        """Give the calls so far: name and arguments."""
        return [line.split("\t") for line in (self.place / "calls").read_text().splitlines()]
