"""Where the files that deck commands make are written."""

from __future__ import annotations

from pathlib import Path

from crystalctl.commands.deck.delivery import deliver, targets_of


def test_one_file_is_printed_or_named_several_go_to_a_folder(tmp_path: Path) -> None:
    assert targets_of(["a"], None, ".cif") == [None]
    assert targets_of(["a"], tmp_path / "x.cif", ".cif") == [tmp_path / "x.cif"]
    assert targets_of(["a"], tmp_path, ".cif") == [tmp_path / "a.cif"]
    assert targets_of(["a"], tmp_path / "new", ".cif") == [tmp_path / "new" / "a.cif"]


def test_files_of_one_name_do_not_take_the_place_of_one_another(tmp_path: Path) -> None:
    found = targets_of(["main", "b", "main", "main"], tmp_path, "_band.d3")
    assert [path.name for path in found if path] == [
        "main_band.d3", "b_band.d3", "main_2_band.d3", "main_3_band.d3",
    ]  # fmt: skip


def test_files_that_belong_together_are_written_together_or_not(tmp_path: Path) -> None:
    deck, gui = tmp_path / "new" / "a.d12", tmp_path / "new" / "a.gui"
    assert deliver("deck", {deck: "one\udcff", gui: "two"}, force=False) == {"deck": str(deck)}
    assert (deck.read_bytes(), gui.read_bytes()) == (b"one\xff", b"two")
    assert deliver("deck", {deck: "one\udcff", gui: "two"}, force=False) == {"deck": str(deck)}
    gui.write_bytes(b"other\xff")
    told = deliver("deck", {deck: "one\udcff", gui: "two"}, force=False)
    assert told == {"error": f"{gui} is there and differs\n  Replace it with --force."}
    assert gui.read_bytes() == b"other\xff"
    told = deliver("deck", {deck: "three", tmp_path / "new" / "c.gui": "two"}, force=False)
    assert told == {"error": f"{deck} is there and differs\n  Replace it with --force."}
    assert not (tmp_path / "new" / "c.gui").exists()
    assert deliver("deck", {deck: "three", gui: "two"}, force=True) == {"deck": str(deck)}
    assert (deck.read_text(), gui.read_text()) == ("three", "two")
    below = {deck / "x": "text"}
    assert "cannot be written" in deliver("deck", below, force=False)["error"]
