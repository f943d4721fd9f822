from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from nbstream.engine.cache import models_dir
from nbstream.engine.catalogue import EmbeddedModel
from nbstream.engine.process import Address, Engine, engine_for
from nbstream.errors import EngineError

WAIT_S = 30


def is_gone(pid: int) -> bool:
    """Whether the process is over; one that only waits for its parent to look is."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def answer(address: Address, path: str, key: str | None = None) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(address.url + path, headers={"Origin": "http://other.test"})
    if key is not None:
        request.add_header("Authorization", f"Bearer {key}")
    try:
        with urllib.request.urlopen(request, timeout=WAIT_S) as got:
            return got.status, dict(got.headers), got.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


async def refusal(engine: Engine, **options: float) -> str:
    with pytest.raises(EngineError) as caught:
        await engine.start(**options)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


async def test_it_serves_the_model_under_its_name(engine: Engine) -> None:
    assert not engine.ready
    address = await engine.start()
    assert engine.ready
    status, _, body = answer(address, "/v1/models", address.key)
    assert status == 200
    assert json.loads(body)["data"][0]["id"] == "smollm2"


async def test_it_answers_no_one_without_the_key(engine: Engine) -> None:
    address = await engine.start()
    assert answer(address, "/v1/models")[0] == 401
    assert answer(address, "/v1/models", "wrong")[0] == 401
    assert answer(address, "/props")[0] == 401


async def test_it_has_no_web_page_and_allows_no_other_origin(engine: Engine) -> None:
    address = await engine.start()
    assert address.url.startswith("http://127.0.0.1:")
    status, headers, body = answer(address, "/", address.key)
    assert status == 404
    assert "<html" not in body
    assert headers.get("Access-Control-Allow-Origin", "") == ""
    assert answer(address, "/slots", address.key)[0] == 501


@pytest.mark.skipif(os.name == "nt", reason="Windows shows no process's environment this way")
async def test_the_key_is_neither_in_its_arguments_nor_in_its_environment(engine: Engine) -> None:
    address = await engine.start()
    assert engine.pid is not None
    child = psutil.Process(engine.pid)
    assert len(address.key) > 20
    assert address.key not in " ".join(child.cmdline())
    assert address.key not in json.dumps(child.environ())
    assert address.key not in repr(address)


async def test_all_who_start_it_at_once_share_one_process(engine: Engine) -> None:
    addresses = await asyncio.gather(*(engine.start() for _ in range(5)))
    elsewhere = await asyncio.to_thread(lambda: asyncio.run(engine.start()))
    assert {(address.url, address.key) for address in [*addresses, elsewhere]} == {
        (addresses[0].url, addresses[0].key)
    }


async def test_loading_leaves_the_event_loop_free(engine: Engine) -> None:
    loading = asyncio.create_task(engine.start())
    turns = 0
    while not loading.done():
        await asyncio.sleep(0)
        turns += 1
    await loading
    assert turns > 100


async def test_a_cancelled_start_returns_at_once_and_the_loading_goes_on(engine: Engine) -> None:
    loading = asyncio.create_task(engine.start())
    await asyncio.sleep(0)
    pid = engine.pid
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    assert not engine.ready
    await engine.start()
    assert engine.pid == pid


def test_an_event_loop_that_ends_while_it_loads_harms_no_other(engine: Engine) -> None:
    async def begin() -> None:
        loading = asyncio.create_task(engine.start())
        await asyncio.sleep(0)
        loading.cancel()

    asyncio.run(begin())
    assert asyncio.run(engine.start()).url


async def test_after_stop_neither_process_nor_thread_is_left(engine: Engine) -> None:
    threads = set(threading.enumerate())
    await engine.start()
    pid = engine.pid
    assert pid is not None
    engine.stop()
    assert not psutil.pid_exists(pid), "a zombie would be there"
    # Those of an earlier test may end meanwhile.
    assert set(threading.enumerate()) <= threads
    assert engine.pid is None
    engine.stop()


async def test_stopping_while_it_loads_ends_the_start_with_a_sentence(engine: Engine) -> None:
    loading = asyncio.create_task(engine.start())
    await asyncio.sleep(0)
    pid = engine.pid
    assert pid is not None
    await asyncio.to_thread(engine.stop)
    with pytest.raises(EngineError, match="on request"):
        await loading
    assert not psutil.pid_exists(pid)


@pytest.mark.skipif(os.name == "nt", reason="signals")
async def test_after_a_crash_the_next_start_begins_anew(engine: Engine) -> None:
    first = await engine.start()
    pid = engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGSEGV)
    assert await engine.why_gone(first, WAIT_S) == "SIGSEGV"
    assert not engine.ready
    second = await engine.start()
    assert second.key != first.key
    assert answer(second, "/v1/models", second.key)[0] == 200


async def test_a_file_that_is_no_model_costs_a_sentence(
    smollm2: EmbeddedModel, cache: Path
) -> None:
    junk = replace(smollm2, name="junk", size=64)
    models_dir().mkdir(parents=True)
    (models_dir() / junk.file_name).write_bytes(b"x" * 64)
    engine = Engine(junk)
    sentence = await refusal(engine)
    assert "could not load junk" in sentence
    assert "nbstream pull junk" in sentence
    assert engine.pid is None


async def test_a_model_that_was_not_pulled_names_the_command(
    smollm2: EmbeddedModel, cache: Path
) -> None:
    assert "`nbstream pull smollm2`" in await refusal(Engine(smollm2))


async def test_without_the_engine_installed_it_says_how_to_install_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    assert 'pip install "xllamacpp==' in await refusal(engine)


async def test_loading_that_takes_too_long_is_given_up(engine: Engine) -> None:
    assert "within 0 s" in await refusal(engine, limit_s=0)
    assert engine.pid is None


@pytest.mark.skipif(os.name == "nt", reason="process groups")
async def test_an_interrupt_for_the_kernels_group_is_not_for_the_engine(engine: Engine) -> None:
    await engine.start()
    assert engine.pid is not None
    assert os.getpgid(engine.pid) != os.getpgid(0)


def test_there_is_one_engine_for_each_model(smollm2: EmbeddedModel) -> None:
    assert engine_for(smollm2) is engine_for(replace(smollm2))
    assert engine_for(smollm2) is not engine_for(replace(smollm2, name="other"))


def parent(code: str) -> subprocess.Popen[str]:
    """A Python process that runs `code`, with an engine that is started."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PARENT + code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


PARENT = """
import asyncio, os, sys, threading, urllib.request, json
from nbstream.engine.catalogue import SMOLLM2
from nbstream.engine.process import engine_for, stop_engines
engine = engine_for(SMOLLM2)
address = asyncio.run(engine.start())
def say(word):
    print(word, flush=True)
"""

GENERATE = """
request = urllib.request.Request(
    address.openai_url + "/chat/completions",
    json.dumps({"messages": [{"role": "user", "content": "Tell me a story."}], "stream": True,
                "ignore_eos": True}).encode(),
    {"Content-Type": "application/json", "Authorization": "Bearer " + address.key},
)
stream = urllib.request.urlopen(request)
stream.readline()
"""

FORK = """
if os.fork() == 0:
    os.close(0); os.close(1)
    threading.Event().wait(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize(
    "doing", [pytest.param("", id="idle"), pytest.param(GENERATE, id="in mid-answer"),
              pytest.param(FORK, id="a forked process holds the pipe")]
)  # fmt: skip
def test_when_the_parent_is_killed_the_engine_goes_too(smollm2: EmbeddedModel, doing: str) -> None:
    process = parent(f"{doing}\nsay(engine.pid)\nsys.stdin.read()")
    assert process.stdout is not None
    assert process.stdin is not None
    pid = int(process.stdout.readline())
    others = psutil.Process(process.pid).children(recursive=True)
    try:
        assert not is_gone(pid)
        process.kill()
        process.wait()
        wait_until(lambda: is_gone(pid))
    finally:
        for other in others:
            if other.is_running():
                other.kill()
        process.stdin.close()
        process.stdout.close()


def test_when_the_parent_ends_the_engine_is_stopped_first(smollm2: EmbeddedModel) -> None:
    # What was registered first runs last.
    look = "import atexit, psutil\natexit.register(lambda: say(psutil.pid_exists(pid)))\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{look}{PARENT}\npid = engine.pid"],
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("False\n", "", 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_process_has_engines_of_its_own_and_leaves_its_parents_alone(
    smollm2: EmbeddedModel,
) -> None:
    process = parent(
        "child = os.fork()\n"
        "if child == 0:\n    sys.exit(engine_for(SMOLLM2) is engine)\n"
        "_, status = os.waitpid(child, 0)\n"
        "say((status, asyncio.run(engine.start()) == address, engine.ready))"
    )
    out, _ = process.communicate(timeout=WAIT_S)
    assert out == "(0, True, True)\n"
