"""docs/levels.md says what the tables in the code say; run this file to write its tables anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crystald.crystal.deck.basis import BASIS_SETS
from crystald.crystal.deck.functional_table import FUNCTIONALS
from crystald.crystal.deck.versions import VERSIONS
from crystald.steps.frequencies.settings import TEMPLATES, FreqSettings
from crystald.steps.level.profiles import PROFILES
from crystald.steps.level.settings import STANDARD, LevelSettings
from crystald.steps.opt import OptSettings
from crystald.steps.opt_block import OPT_STANDARD
from crystald.steps.start_settings import StartSettings

PAGE = Path(__file__).parents[2] / "docs" / "levels.md"
SHOWN = {"yes": "yes", "no": "no", "unverified": "?"}


def table(head: str, rows: list[list[str]]) -> str:
    columns = head.split("|")
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.strip() for cell in line)} |" for line in lines)


def spans(numbers: frozenset[int]) -> str:
    """Write atomic numbers as 1-35, 49."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in found)


def said(values: dict[str, object]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items()) or "as without a profile"


def profiles() -> str:
    rows = []
    for name, profile in PROFILES.items():
        parts = [said(dict(profile.level))] if profile.level else []
        parts += [f"{step}: {said(dict(own))}" for step, own in profile.steps.items()]
        usual = "what the tables below call standard"
        rows.append([f"`{name}`", profile.title, "; ".join(parts) or usual])
    return table("profile|for what|what it sets", rows)


def functionals() -> str:
    rows = [
        [
            f"`{name}`",
            row.family,
            f"`{row.keyword}`",
            f"`{row.d3}`" if row.d3 else "",
            f"`{row.basis}`" if row.basis else "",
            *(SHOWN[row.known(version)] for version in VERSIONS),
        ]
        for name, row in FUNCTIONALS.items()
    ]
    return table("name|kind|word|with D3|its basis set|17|22|23", rows)


def basis_sets() -> str:
    rows = [
        [
            f"`{name}`",
            spans(row.elements),
            "any" if row.free else "its 3C method",
            *(SHOWN[row.known(version)] for version in VERSIONS),
        ]
        for name, row in BASIS_SETS.items()
    ]
    return table("basis set|atomic numbers|with|17|22|23", rows)


def meanings(kind: type) -> dict[str, str]:
    """Take what each attribute means from the class's docstring."""
    text = (kind.__doc__ or "").partition("----------\n")[2]
    found = {}
    for names, body in re.findall(r"^    ([a-z]\w*(?:, \w+)*)\n((?:^        .*\n?)+)", text, re.M):
        for name in names.split(", "):
            found[name] = " ".join(body.split()).replace("``", "`")
    return found


def settings(kind: type, defaults: dict[str, object], *, beside: type | None = None) -> str:
    import msgspec

    others = set() if beside is None else {f.name for f in msgspec.structs.fields(beside)}
    explained = meanings(kind)
    rows = []
    for one in msgspec.structs.fields(kind):
        if one.name in others or one.name not in explained:
            continue
        default = defaults.get(one.name, one.default)
        allowed = next(m.description for m in one.type.__metadata__ if m.description)
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        rows.append([f"`{one.name}`", f"`{shown}`", explained[one.name], allowed])
    return table("key|standard|meaning|allowed", rows)


TABLES = {
    "profiles": profiles,
    "functionals": functionals,
    "basis sets": basis_sets,
    "level": lambda: settings(LevelSettings, STANDARD),
    "OPT": lambda: settings(OptSettings, OPT_STANDARD, beside=LevelSettings),
    "templates": lambda: table(
        "template|what it sets", [[f"`{n}`", said(dict(v)) if v else "nothing"] for n, v in TEMPLATES.items()]
    ),
    "FREQ": lambda: settings(FreqSettings, {}),
}  # fmt: skip


def section(text: str, name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n\n(.*?)(?:\n\n|\Z)", text, re.S)
    return found[1].strip() if found else ""


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_page_is_that_of_the_code(name) -> None:
    assert section(PAGE.read_text("utf-8"), name) == TABLES[name]()


def test_every_setting_is_explained() -> None:
    import msgspec

    for kind in (LevelSettings, FreqSettings):
        own = {f.name for f in msgspec.structs.fields(kind)} - set(StartSettings.__struct_fields__)
        assert own == set(meanings(kind))


def main() -> None:
    """Write the tables of the page anew."""
    text = PAGE.read_text("utf-8")
    for name, make in TABLES.items():
        found = re.search(rf"<!-- {name} -->\n\n(?:\|.*\n)*\n?", text)
        assert found is not None
        made = f"<!-- {name} -->\n\n{make()}\n\n"
        text = text[: found.start()] + made + text[found.end() :]
    PAGE.write_text(text.rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    main()
