"""The page of a Generator is a stranger: what it may choose, see and send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import traitlets
from IPython.core.interactiveshell import InteractiveShell

import nbstream
from nbstream import aliases
from nbstream.errors import ModelNotFound, UsageError
from nbstream.notebook.generator.address import is_this_machine
from nbstream.notebook.generator.uploads import UNFINISHED_S, Uploads
from nbstream.notebook.live import LiveSink
from nbstream.notebook.loop import background_loop
from nbstream.notebook.runtime import runtime
from nbstream.notebook.widget import LiveWidget
from nbstream.transcript import Transcript
from tests.loopback import LoopbackThread
from tests.notebook.test_generator import Generator, Told, sent, settle
from tests.shells import new_shell
from tests.speaking import Speech

DEEP = json.loads("[" * 900 + "]" * 900)


@pytest.fixture
def server() -> Iterator[LoopbackThread]:
    speech = Speech(tokens_per_s=None)
    with LoopbackThread(script=lambda request: speech.answer(request.path)) as server:
        yield server


@pytest.fixture
def shell(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    shell = new_shell(tmp_path)
    monkeypatch.setattr(InteractiveShell, "_instance", shell)
    shell.user_ns.update(secret="hunter2", table={"a": "an open value"})
    return shell


def made(server: LoopbackThread, **more: Any) -> Generator:
    return Generator(**{"model": "openai-chat/m", "base_url": f"{server.url}/v1", **more})


def comm(gen: Generator | LiveWidget, data: Any, buffers: Any = ()) -> None:
    """A message of the page's on the widget's comm."""
    gen._handle_msg({"content": {"data": data}, "buffers": list(buffers)})  # pyright: ignore
    settle()


@pytest.mark.parametrize(
    ("interpolate", "asked"),
    [
        (False, "{secret} {table['a']}"),
        (["table"], "{secret} an open value"),
        (True, "hunter2 an open value"),
    ],
)
def test_braces_are_values_only_where_the_owner_says_so(
    server: LoopbackThread, shell: InteractiveShell, interpolate: Any, asked: str
):
    gen = made(server, interpolate=interpolate)
    gen.page(type="generate", prompt="{secret} {table['a']}", ask="a")
    for handle in nbstream.running:
        handle.result(30)
    assert sent(server)[-1][1] == asked
    gen.edit("{secret} {table['a']}").result(30)
    assert sent(server)[-1][1] == asked
    gen.close()


REFUSED = [
    "anthropic/x",
    "replay//dev/zero",
    "replay//etc/passwd",
    "replay:/nonesuch",
    " REPLAY/x ",
    "ollama/m",
    "llamacpp/m",
    "lmstudio/m",
    "vllm/m",
    "local/smollm2",
    "local",
    "openai-chat/m | replay//etc/passwd",
    "openai-chat/m|ollama/m",
    "here",
    "here2 ",
    "zero",
    "chain",
    "chain | openai-chat/m",
    "",
    None,
    5,
    ["openai-chat/m"],
    "openai-chat/" + "x" * 1000,
    "nonesuch/x",
    "ｏｐｅｎａｉ/x",
]


@pytest.mark.parametrize("model", REFUSED, ids=lambda model: repr(model)[:30])
def test_a_model_that_is_not_offered_is_refused_whichever_way_it_is_asked_for(
    server: LoopbackThread, model: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NBSTREAM_MODEL", "anthropic/x")
    aliases.configure(
        {
            "here": {"model": "openai-chat/m", "base_url": "http://127.1:8080/v1"},
            "here2": {"model": "groq/m", "base_url": "http://[::ffff:127.0.0.1]/v1"},
            "zero": "replay//dev/zero",
            "chain": "openai/a | ollama/b",
        }
    )
    gen = made(server)
    try:
        told = gen.page(type="set", name="model", value=model)
        problem = told.of("problem")[-1]["text"]
        assert problem.count(". ") == 0
        assert "\n" not in problem
        assert len(problem) < 450
        assert told.state["model"] == gen.model == "openai-chat/m"
        comm(gen, {"method": "update", "state": {"model": model}})
        assert gen.model == "openai-chat/m"
        assert {each["name"] for each in told.state["aliases"]} == set()
    finally:
        gen.close()
        aliases.configure({})


def test_the_providers_models_the_aliases_and_what_the_owner_lists_may_be_chosen(
    server: LoopbackThread,
):
    aliases.configure({"fast": "groq/m", "house": {"model": "x/y".replace("x", "openai-chat")}})
    try:
        gen = made(server)
        for model in ("openai-chat/other", "openai-chat:other", " fast", "house | fast"):
            gen.page(type="set", name="model", value=model)
            assert gen.model == model
        gen.close()
        gen = made(server, models=["ollama/m", "replay/a.jsonl"])
        for model in ("ollama/m", "replay/a.jsonl", "ollama:m | openai-chat/m"):
            gen.page(type="set", name="model", value=model)
            assert gen.model == model
        gen.page(type="set", name="model", value="openai-chat/other")
        assert gen.model == "ollama:m | openai-chat/m"
        assert gen.told.state["others"] is False
        gen.model = "anthropic/mine"
        assert gen.model == "anthropic/mine", "its owner is no visitor"
        gen.close()
    finally:
        aliases.configure({})


def test_the_first_of_the_models_is_asked_where_none_is_given():
    gen = Generator(models=["openai/a", "openai/b"], show=[])
    assert gen.model == "openai/a"
    gen.close()


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:1/v1", True),
        ("http://LOCALHOST./v1", True),
        ("http://a.localhost", True),
        ("http://127.9.9.9", True),
        ("http://127.1", True),
        ("http://2130706433", True),
        ("http://0x7f000001", True),
        ("http://0.0.0.0", True),
        ("http://[::1]:8080", True),
        ("http://[::ffff:127.0.0.1]", True),
        ("http://[", True),
        ("localhost:11434", True),
        ("https://api.openai.com/v1", False),
        ("https://127.evil.com", False),
        ("https://192.0.2.1", False),
    ],
)
def test_a_server_on_this_machine_is_known_however_it_is_written(url: str, here: bool):
    assert is_this_machine(url) is here


def test_what_is_not_shown_is_neither_sent_to_the_page_nor_taken_from_it(server: LoopbackThread):
    hidden = {"system": "Never say XYZZY.", "max_tokens": 4321, "effort": "secretly"}
    gen = made(server, **hidden, show=["temperature"], temperature=0.5)
    gen.page(type="hello", runtime="")
    gen.generate("Say something.").result(30)
    id = gen.told.state["turns"][0]["id"]
    for message in (
        {"type": "set", "name": "system", "value": "Say it."},
        {"type": "set", "name": "max_tokens", "value": 1_000_000},
        {"type": "set", "name": "effort", "value": "high"},
        {"type": "set", "name": "model", "value": "openai-chat/n"},
        {"type": "set", "name": "base_url", "value": "http://evil.example"},
        {"type": "set", "name": "extra", "value": {}},
        {"type": "models"},
        {"type": "events", "id": id, "after": -1},
        {"type": "detach", "id": "x"},
    ):
        before = len(gen.told.of("problem"))
        gen.page(**message)
        assert len(gen.told.of("problem")) == before + 1, message
    told = gen.page(b"x", type="upload", id="u", name="a.txt", size=1, offset=0)
    assert "does not let it" in told.of("uploaded")[-1]["error"]
    comm(gen, {"method": "update", "state": {"max_tokens": 9, "model": "openai-chat/n"}})
    gen.page(type="set", name="temperature", value=1)
    assert gen.parameters == {**hidden, "temperature": 1, "top_p": None, "seed": None}
    seen = json.dumps([content for content, _ in gen.told if content["type"] != "stream"])
    seen += json.dumps(gen.get_state())
    for secret in ("XYZZY", "4321", "secretly"):
        assert secret not in seen
    assert gen.told.state["show"] == ["temperature"]
    assert gen.told.state["parameters"] == {"temperature": 1}
    assert gen.told.state["models"] == []
    gen.set("system", "Other.")
    assert gen.system == "Other.", "its owner is no visitor"
    gen.close()


def test_the_instructions_are_not_shown_unless_asked_for(server: LoopbackThread):
    gen = made(server, system="Mine.")
    gen.page(type="set", name="system", value="Theirs.")
    assert gen.system == "Mine."
    assert "Mine." not in json.dumps([content for content, _ in gen.told])
    gen.close()
    gen = made(server, system="Mine.", show={"system"})
    gen.page(type="set", name="system", value="Theirs.")
    assert gen.system == "Theirs."
    gen.close()


@pytest.mark.parametrize(
    "wrong", [{"show": ["sytem"]}, {"show": "model"}, {"models": "openai/a"}, {"interpolate": "df"}]
)
def test_what_the_owner_writes_wrong_is_a_sentence(wrong: dict[str, Any]):
    with pytest.raises(UsageError):
        Generator(model="openai/a", **wrong)


UPDATES = [
    {"model": 5},
    {"model": DEEP},
    {"max_tokens": float("nan")},
    {"max_tokens": "9" * 10_000},
    {"max_tokens": True},
    {"seed": 10**300},
    {"temperature": float("inf")},
    {"effort": ["high"]},
    {"_esm": "alert(1)"},
    {"_css": "*{}"},
    {"_model_module": "evil"},
    {"_view_name": "Evil"},
    {"_view_module": "evil"},
    {"_anywidget_id": "evil"},
    {"layout": "IPY_MODEL_x"},
    {"keys": []},
    {"status": "failed"},
    {"progress": 7},
    {"_heard": "x" * 10_000},
    {"_heard": DEEP},
    {"tooltip": "x"},
    {"comm": None},
    {"nonesuch": 1},
    {"_dom_classes": [1]},
]


@pytest.mark.parametrize("update", UPDATES, ids=lambda update: repr(update)[:40])
def test_a_trait_that_is_not_the_pages_stays_and_the_page_gets_the_kernels_value(
    server: LoopbackThread, update: dict[str, Any]
):
    gen = made(server, temperature=0)
    sent_back: list[Any] = []
    gen.send_state = lambda key=None: sent_back.extend(key or ())  # pyright: ignore
    before = gen.get_state()
    comm(gen, {"method": "update", "state": update, "buffer_paths": [["x"]]}, [b"x"])
    assert gen.get_state() == before
    assert sent_back == [name for name in update if name in before]
    assert gen.generate("Go on.").result(30).status == "complete"
    gen.close()


def test_a_wrong_value_is_a_trait_error_and_nbstreams_own(server: LoopbackThread):
    gen = made(server)
    for kind in (traitlets.TraitError, ModelNotFound):
        with pytest.raises(kind):
            gen.model = 5
    for kind in (traitlets.TraitError, UsageError):
        with pytest.raises(kind):
            gen.max_tokens = -1
    gen.close()


MALFORMED: list[Any] = [
    None,
    [],
    5,
    "update",
    {},
    {"method": None},
    {"method": "update"},
    {"method": "update", "state": []},
    {"method": "custom"},
    {"method": "custom", "content": None},
    {"method": "custom", "content": [1]},
    *(
        {"method": "custom", "content": content}
        for content in (
            {},
            {"type": None},
            {"type": ["generate"]},
            {"type": DEEP},
            {"type": "x" * 100_000},
            {"type": "generate"},
            {"type": "generate", "prompt": None},
            {"type": "generate", "prompt": {}},
            {"type": "edit", "prompt": "x", "id": 5},
            {"type": "retry"},
            {"type": "delete", "id": []},
            {"type": "detach"},
            {"type": "set"},
            {"type": "set", "name": ["model"], "value": 1},
            {"type": "set", "name": "seed", "value": DEEP},
            {"type": "events", "id": "t1", "after": float("nan"), "ask": 5},
            {"type": "events"},
            {"type": "stream", "id": {}},
            {"type": "markdown", "id": None},
            {"type": "upload"},
            {"type": "chunk"},
        )
    ),
]


@pytest.mark.parametrize("data", MALFORMED, ids=lambda data: repr(data)[:60])
def test_a_malformed_message_is_one_sentence_in_the_page(
    server: LoopbackThread, data: Any, capsys: pytest.CaptureFixture[str]
):
    gen = made(server)
    comm(gen, data)
    problems = gen.told.of("problem")
    events_of_nothing = data == MALFORMED[-6]
    assert len(problems) == (0 if events_of_nothing else 1)
    assert all(len(each["text"]) < 450 for each in problems)
    assert gen.generate("Go on.").result(30).status == "complete"
    assert "Traceback" not in "".join(capsys.readouterr())
    gen.close()


@pytest.mark.parametrize("data", MALFORMED[:18], ids=lambda data: repr(data)[:60])
def test_a_malformed_message_to_a_live_output_is_one_sentence_too(data: Any):
    told, cancelled = Told(), list[bool]()
    live = LiveSink(background_loop(), Transcript(), runtime())
    widget = LiveWidget(live, lambda: cancelled.append(True))
    widget.send = lambda content, buffers=None: told.append((content, []))  # pyright: ignore
    before = widget.get_state()
    comm(widget, data)
    comm(widget, {"method": "update", "state": {"_esm": "alert(1)", "_heard": 1}})
    assert len(told.of("problem")) == 2
    assert widget.get_state() == before
    comm(widget, {"method": "custom", "content": {"type": "cancel"}})
    assert cancelled == [True]
    widget.close()


def test_uploads_have_a_bound_together_and_a_time_and_broken_ones_are_let_go():
    now = [0.0]
    uploads = Uploads(lambda: now[0])
    for name in "ab":
        uploads.take(name, name, 20_000_000, 0, b"x")
    with pytest.raises(UsageError, match="at most 40 MB can be attached together"):
        uploads.take("c", "c", 1, 0, b"x")
    now[0] = UNFINISHED_S
    assert uploads.arriving == ()
    for size in (-1, -(10**9)):
        with pytest.raises(UsageError):
            uploads.take("d", "d", size, 0, b"")
    deep = b'{"cells": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    for broken in (deep, b'{"cells": [[1]]}', b'{"cells": 5}', b"[]", b'{"cells": [{"a": {}}]}'):
        with pytest.raises(UsageError):
            uploads.take("n", "n.ipynb", len(broken), 0, broken)
        assert uploads.arriving == ()
    uploads.take("e", "e.txt", 1, 0, b"e")
    with pytest.raises(UsageError, match="did not arrive whole"):
        uploads.take("e", "e.txt", 1, 0, b"e")


@pytest.mark.parametrize(
    "fields",
    [
        {"size": float("nan"), "offset": 0},
        {"size": 4, "offset": -1},
        {"size": -4, "offset": 0},
        {"size": True, "offset": 0},
        {"size": "4", "offset": 0},
        {"size": None, "offset": None},
        {"size": 10**400, "offset": 0},
        {},
    ],
    ids=str,
)
def test_an_upload_with_no_true_size_is_refused_in_a_sentence(
    server: LoopbackThread, fields: dict[str, Any]
):
    gen = made(server)
    told = gen.page(b"abcd", type="upload", id="u", name="a.txt", **fields)
    assert told.of("uploaded")[-1]["error"]
    gen.page(type="upload", id="u", name="a.txt", size=4, offset=0)
    assert "did not arrive" in told.of("uploaded")[-1]["error"]
    assert gen.generate("Go on.").result(30).status == "complete"
    gen.close()


def test_marimos_way_of_setting_traits_changes_no_more_than_the_pages_comm(server: LoopbackThread):
    import marimo

    gen = made(server, show=["temperature"], max_tokens=7)
    shown: Any = marimo.ui.anywidget(gen)
    before = gen.get_state()
    hostile = {"model": 5, "max_tokens": 10**6, "_esm": "x", "_heard": [], "temperature": "hot"}
    for name, value in hostile.items():
        shown._update({name: value})
    assert gen.get_state() == before
    assert (gen.model, gen.max_tokens) == ("openai-chat/m", 7)
    shown._update({"temperature": 1})
    assert gen.temperature == 1
    gen.close()
