"""A model's file where others can write is loaded only if it has its sum."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nbstream.engine.cache import sha256, shared
from nbstream.engine.catalogue import SMOLLM2, EmbeddedModel
from nbstream.engine.process import Engine
from nbstream.engine.pull import pull
from nbstream.errors import EngineError

from .conftest import PackageIndex

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights as on Unix")

SOMEBODY = 12345


def linked(path: Path) -> None:
    path.rename(path.parent / "elsewhere")
    path.symlink_to("elsewhere")


def somebody_s_folder(path: Path) -> None:
    os.chown(path.parent, SOMEBODY, -1)


def somebody_s_file(path: Path) -> None:
    os.chown(path, SOMEBODY, -1)


needs_root = pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="chown")
Opening = Callable[[Path], None]
OPENINGS = [
    pytest.param(lambda path: path.chmod(0o666), id="a file that all may write"),
    pytest.param(lambda path: path.chmod(0o664), id="a file that a group may write"),
    pytest.param(lambda path: path.parent.chmod(0o777), id="a folder that all may write"),
    pytest.param(lambda path: path.parent.chmod(0o775), id="a folder that a group may write"),
    pytest.param(lambda path: path.parents[1].chmod(0o777), id="a folder above it"),
    pytest.param(linked, id="a link"),
    pytest.param(somebody_s_folder, id="somebody's folder", marks=needs_root),
    pytest.param(somebody_s_file, id="somebody's file", marks=needs_root),
]


@pytest.fixture
def other(cache: Path) -> tuple[EmbeddedModel, Path]:
    """A model, and the file in its place, which has its size and not its sum."""
    model = replace(SMOLLM2, name="other", size=64)
    cache.mkdir(mode=0o755, parents=True)
    path = cache / model.file_name
    path.write_bytes(b"x" * model.size)
    path.chmod(0o644)
    return model, path


@pytest.mark.parametrize("open_to_others", OPENINGS)
async def test_a_file_that_others_may_have_changed_is_not_loaded_unless_it_has_its_sum(
    open_to_others: Opening, other: tuple[EmbeddedModel, Path]
) -> None:
    pytest.importorskip("xllamacpp", reason="the engine is not installed")
    model, path = other
    assert shared(path) == ""
    open_to_others(path)
    engine = Engine(model)
    with pytest.raises(EngineError, match="is not the one that was fetched") as refused:
        await engine.start()
    assert "it is not loaded. Run `nbstream pull other`" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert engine.pid is None
    # With its sum it goes to the engine, which finds that it is no model.
    engine = Engine(replace(model, sha256=sha256(path)))
    path.rename(path.parent / engine.model.file_name)
    with pytest.raises(EngineError, match="could not load other"):
        await engine.start()


def test_a_folder_where_each_has_files_of_his_own_is_nobody_s_to_change(
    other: tuple[EmbeddedModel, Path],
) -> None:
    _, path = other
    path.parent.parent.chmod(0o1777)
    assert shared(path) == ""


@needs_root
def test_root_s_files_are_trusted_by_others_and_others_files_not_by_root(
    other: tuple[EmbeddedModel, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = other
    monkeypatch.setattr(os, "getuid", lambda: SOMEBODY)
    assert shared(path) == ""
    monkeypatch.undo()
    os.chown(path, SOMEBODY, -1)
    assert shared(path) == f"{path} is another user's"


def test_what_is_pulled_can_be_changed_by_its_owner_alone(index: PackageIndex, cache: Path) -> None:
    umask = os.umask(0)
    try:
        path = pull(index.model(b"gguf")).path
    finally:
        os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o644
    assert path.parent.stat().st_mode & 0o777 == 0o755
