"""A glob attaches what lies in its folder, and nothing that a link there leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbstream.context.attach import attach
from nbstream.context.prompt import build
from nbstream.errors import UsageError
from nbstream.events import Notice


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    outside = tmp_path / "outside"
    data = tmp_path / "work" / "data"
    outside.mkdir()
    data.mkdir(parents=True)
    (outside / "secret.csv").write_text("the secret")
    (data / "own.csv").write_text("own")
    monkeypatch.chdir(tmp_path / "work")
    return data


def texts(pattern: str) -> list[str]:
    return [piece.text for piece in attach([pattern], {})]


@pytest.mark.parametrize("pattern", ["data/*.csv", "data/**", "**/*.csv", "./d*/*", "dat?/*.csv"])
def test_a_linked_file_outside_is_left_out_and_named(folder: Path, pattern: str) -> None:
    (folder / "linked.csv").symlink_to(folder.parents[1] / "outside" / "secret.csv")
    pieces = attach([pattern], {})
    assert [piece.text for piece in pieces] == ["own"]
    notices = [each for each in build("Hi", {}, pieces, room=1000).opening if type(each) is Notice]
    assert any("linked.csv" in notice.text for notice in notices)


@pytest.mark.parametrize("pattern", ["data/*/*.csv", "data/**/*.csv", "**/*"])
def test_a_linked_folder_outside_is_not_entered(folder: Path, pattern: str) -> None:
    (folder / "more").symlink_to(folder.parents[1] / "outside")
    try:
        found = texts(pattern)
    except UsageError:
        found = []
    assert "the secret" not in found


def test_links_that_lead_in_a_circle_end(folder: Path) -> None:
    for name in ("a", "b", "c"):
        (folder / name).symlink_to(folder)
    assert texts("data/**/*.csv") == ["own"]


def test_where_all_that_matches_lies_outside_the_sentence_says_how_to_attach_it(
    folder: Path,
) -> None:
    (folder / "linked.txt").symlink_to(folder.parents[1] / "outside" / "secret.csv")
    with pytest.raises(UsageError, match=r"linked\.txt.*out of the folder.*Name the file"):
        attach(["data/*.txt"], {})


def test_a_link_within_the_folder_and_a_file_named_by_its_path_are_attached(folder: Path) -> None:
    (folder / "again.txt").symlink_to(folder / "own.csv")
    linked = folder / "linked.txt"
    assert texts("data/*.txt") == ["own"]
    linked.symlink_to(folder.parents[1] / "outside" / "secret.csv")
    assert texts("data/linked.txt") == ["the secret"]


def test_hidden_files_match_only_where_the_pattern_has_the_dot(folder: Path) -> None:
    (folder / ".env").write_text("KEY=1")
    assert texts("data/*") == ["own"]
    assert texts("data/**") == ["own"]
    assert texts("data/.e*") == ["KEY=1"]
