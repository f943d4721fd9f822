"""The Generator without a page: what its methods do, and what its traits say meanwhile."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell

import nbstream
from nbstream import aliases
from nbstream.context.files import MOST_BYTES
from nbstream.errors import ModelNotFound, NbStreamError, UsageError
from nbstream.events import Frame
from nbstream.notebook.generator.uploads import MOST_FILES, Uploads
from nbstream.notebook.loop import background_loop
from nbstream.notebook.runtime import runtime, stub
from nbstream.transcript import Transcript
from nbstream.wire import from_json
from tests.conftest import CANARY
from tests.loopback import Answer, LoopbackThread, Received
from tests.shells import new_shell
from tests.speaking import TEXT, Speech

KEY = f"{CANARY}generator"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
ENDLESS = [f"word{n} " for n in range(20_000)]


class Told(list[tuple[dict[str, Any], list[bytes]]]):
    """What a Generator sends to its page."""

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [content for content, _ in self if content["type"] == kind]

    @property
    def state(self) -> dict[str, Any]:
        return self.of("state")[-1]


class Generator(nbstream.Generator):
    """One whose messages are kept in place of a front end."""

    def __init__(self, **options: Any) -> None:
        self.told = Told()
        super().__init__(**options)

    def send(self, content: Any, buffers: Any = None) -> None:
        self.told.append((json.loads(json.dumps(content)), list(buffers or ())))

    def page(self, *buffers: bytes, **message: Any) -> Told:
        """What the page says, and all that is told until it is answered."""
        self._handle_custom_msg(message, list(buffers))  # pyright: ignore
        settle()
        return self.told


def settle() -> None:
    """Until the background loop has done what it was given."""
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), background_loop()).result()


@pytest.fixture
def speech() -> Speech:
    return Speech(tokens_per_s=None)


@pytest.fixture
def server(speech: Speech) -> Iterator[LoopbackThread]:
    def script(request: Received) -> Answer:
        if request.path.endswith("/models"):
            return Answer.json({"object": "list", "data": [{"id": "one"}, {"id": "two"}]})
        return speech.answer(request.path)

    with LoopbackThread(script=script) as server:
        yield server


@pytest.fixture
def gen(server: LoopbackThread) -> Iterator[Generator]:
    made = Generator(
        model="openai-chat/loopback-1", base_url=f"{server.url}/v1", api_key=KEY, temperature=0
    )
    yield made
    made.close()


def sent(server: LoopbackThread) -> list[tuple[str, str]]:
    """Role and text of each message of the last request."""
    return [(m["role"], m["content"]) for m in server.requests[-1].body["messages"]]


def test_traits_say_how_far_the_answer_is_and_the_value_is_there_before_the_status(gen: Generator):
    seen: list[tuple[str, Any]] = []
    at_the_end: list[Any] = []
    gen.observe(lambda change: seen.append((change.name, change.new)), ["status", "progress"])
    gen.observe(
        lambda change: at_the_end.append((gen.text, gen.value)) if change.new == "complete" else 0,
        "status",
    )
    assert (gen.status, gen.text, gen.progress, gen.value) == ("idle", "", None, None)
    answer = gen.generate("Say something.").result(30)
    assert answer.text.strip() == TEXT
    assert seen[0] == ("status", "waiting")
    assert seen[-2:] == [("progress", 1.0), ("status", "complete")]
    assert at_the_end == [(answer.text, answer)]
    assert gen.value is nbstream.last


def test_ipywidgets_can_be_linked_to_its_traits(gen: Generator):
    bar, label = ipywidgets.FloatProgress(max=1.0), ipywidgets.Label()
    ipywidgets.dlink((gen, "progress"), (bar, "value"), lambda progress: progress or 0.0)
    ipywidgets.dlink((gen, "text"), (label, "value"))
    gen.generate("Say something.").result(30)
    assert bar.value == 1.0
    assert label.value.strip() == TEXT


def test_what_the_page_links_is_not_sent_there_again_and_sets_nothing_here(gen: Generator):
    label, bar = ipywidgets.Label(), ipywidgets.FloatProgress(max=1.0)
    for trait in ("status", "text", "value"):
        ipywidgets.jslink((gen, trait), (label, "value"))
    ipywidgets.jsdlink((gen, "progress"), (bar, "value"))
    answer = gen.generate("Say something.").result(30)
    assert {"text", "value"}.isdisjoint(gen.get_state())
    gen.set_state({"text": "mine", "value": "mine", "status": "failed", "progress": 0.5})
    assert (gen.text, gen.value) == (answer.text, answer)
    assert (gen.status, gen.progress) == ("complete", 1.0)


def test_progress_is_none_while_nothing_measures_it_and_0_in_the_page(gen: Generator):
    seen: list[float | None] = []
    gen.observe(lambda change: seen.append(change.new), "progress")
    assert (gen.progress, gen.get_state()["progress"]) == (None, 0.0)
    gen.generate("Say something.").result(30)
    gen.max_tokens = 4000
    gen.generate("Say something.").result(30)
    assert seen[:2] == [1.0, None]
    assert all(0.0 < fraction < 1.0 for fraction in seen[2:-1] if fraction is not None)
    assert (seen[-1], gen.get_state()["progress"]) == (1.0, 1.0)


def test_an_observer_that_fails_takes_no_answer_away(gen: Generator):
    told: list[str] = []
    background_loop().set_exception_handler(lambda _, context: told.append(context["message"]))

    def fails(_: Any) -> None:
        raise ValueError("mine")

    try:
        gen.observe(fails, "value")
        assert gen.generate("Say something.").result(30).status == "complete"
    finally:
        background_loop().set_exception_handler(None)
    assert gen.status == "complete"
    assert told == ["An observer of value failed."]


def test_each_prompt_goes_with_what_was_said_before(gen: Generator, server: LoopbackThread):
    gen.generate("One.").result(30)
    gen.generate("Two.").result(30)
    assert [role for role, _ in sent(server)] == ["user", "assistant", "user"]
    assert sent(server)[0] == ("user", "One.")
    assert [exchange.prompt for exchange in gen.history.exchanges] == ["One.", "Two."]


def test_retry_edit_and_delete_take_their_exchange_and_undo_brings_it_back(
    gen: Generator, server: LoopbackThread
):
    def prompts() -> list[str]:
        return [exchange.prompt for exchange in gen.history.exchanges]

    for prompt in ("One.", "Two.", "Three."):
        gen.generate(prompt).result(30)
    gen.retry(1).result(30)
    assert prompts() == ["One.", "Two."]
    assert sent(server)[-1] == ("user", "Two.")
    assert gen.told.state["undo"] == "2 exchanges are replaced."
    gen.undo()
    assert prompts() == ["One.", "Two.", "Three."]
    gen.edit("Other.", 0).result(30)
    assert sent(server) == [("user", "Other.")]
    gen.undo()
    gen.delete(1)
    assert prompts() == ["One.", "Three."]
    gen.clear()
    assert prompts() == []
    gen.undo()
    assert prompts() == ["One.", "Three."]
    with pytest.raises(UsageError, match="nothing to bring back"):
        gen.undo()
    with pytest.raises(UsageError, match=r"There is no exchange 7; there are 2\."):
        gen.retry(7)


def test_cancel_keeps_what_came_and_only_one_answer_is_written_at_a_time(
    gen: Generator, server: LoopbackThread, speech: Speech
):
    speech.tokens, speech.tokens_per_s = ENDLESS, 200
    handle = gen.generate("Go on.")
    with pytest.raises(UsageError, match="still being written"):
        gen.generate("And this?")
    with pytest.raises(UsageError, match="still being written"):
        gen.clear()
    request = wait_for_text(gen, server)
    gen.cancel()
    answer = handle.result(30)
    assert answer.status == gen.status == "cancelled"
    assert answer.text.startswith("word0 ")
    assert server.wait_closed(request)
    assert gen.history.exchanges[0].cut


def wait_for_text(gen: Generator, server: LoopbackThread) -> Any:
    came = threading.Event()
    gen.observe(lambda change: came.set() if change.new else None, "text")
    assert came.wait(30)
    return server.requests[-1]


def test_closing_it_ends_the_answer(gen: Generator, server: LoopbackThread, speech: Speech):
    speech.tokens, speech.tokens_per_s = ENDLESS, 200
    gen.generate("Go on.")
    request = wait_for_text(gen, server)
    gen.close()
    assert server.wait_closed(request)


def test_a_wrong_value_is_told_in_a_sentence_and_nothing_changes(gen: Generator):
    for name, value, sentence in [
        (
            "temperature",
            "hot",
            "temperature must be a number of at least 0 and at most 100, not 'hot'.",
        ),
        ("max_tokens", 0, "max_tokens must be a whole number of at least 1, not 0."),
        ("effort", "a b", "effort must be a word like low, medium or high, not 'a b'."),
    ]:
        with pytest.raises(UsageError) as failed:
            setattr(gen, name, value)
        assert str(failed.value) == sentence
    assert gen.parameters["temperature"] == 0
    with pytest.raises(ModelNotFound, match="There is no provider 'nonesuch'"):
        gen.model = "nonesuch/x"
    with pytest.raises(UsageError, match="Unknown option 'temprature'"):
        Generator(temprature=1)
    with pytest.raises(UsageError, match="The prompt is empty"):
        gen.generate("  ")
    assert gen.status == "idle"
    assert gen.generations == ()


def test_the_key_and_the_conversation_are_in_no_state_and_the_state_is_small(gen: Generator):
    gen.generate("A prompt of mine.").result(30)
    state = json.dumps(gen.get_state())
    assert len(state) < 4096
    for secret in (KEY, "A prompt of mine", "quick brown", "127.0.0.1"):
        assert secret not in state
    settle()
    assert KEY not in json.dumps([content for content, _ in gen.told]) + repr(gen)


def test_parameters_hold_for_the_next_prompt(gen: Generator, server: LoopbackThread):
    gen.system, gen.max_tokens = "Be brief.", 12
    gen.generate("One.").result(30)
    body = server.requests[-1].body
    assert body["messages"][0]["content"] == "Be brief."
    assert (
        (body["max_completion_tokens" if "max_completion_tokens" in body else "max_tokens"]) == 12
    )
    assert body["temperature"] == 0


# The page


def test_hello_brings_the_code_once_and_how_things_stand(gen: Generator):
    told = gen.page(type="hello", runtime="", seq=-1)
    assert [content["type"] for content, _ in told] == ["runtime", "state"]
    assert told[0][0]["hash"] == runtime("generator").hash
    assert told[0][0]["hash"] in stub("generator-stub")
    assert told[0][1] == [runtime("generator").gzipped]
    assert told.state["parameters"]["temperature"] == 0
    assert "openai-chat/loopback-1" in told.state["models"]
    gen.told.clear()
    told = gen.page(type="hello", runtime=runtime("generator").hash, seq=-1)
    assert [content["type"] for content, _ in told] == ["state"]
    told = gen.page(type="shown", runtime=runtime("generator").hash)
    assert [content["type"] for content, _ in told] == ["state"]
    told = gen.page(type="chunk", name="runtime")
    assert told[-1] == ({"type": "chunk", "name": "runtime"}, [runtime().gzipped])


def test_the_bundle_and_the_stub_are_small():
    assert len(runtime("generator").gzipped) < 20_000
    assert len(stub("generator-stub")) < 2048


def test_the_page_hears_of_the_exchange_then_its_frames_then_its_end(gen: Generator):
    gen.page(type="generate", prompt="Say something.", ask="a1")
    (handle,) = nbstream.running or (None,)
    if handle is not None:
        handle.result(30)
    settle()
    kinds = [content["type"] for content, _ in gen.told]
    assert kinds[:2] == ["state", "stream"]
    first, last = gen.told.of("state")[0], gen.told.state
    assert first["accepted"] == "a1"
    (turn,) = first["turns"]
    assert turn["status"] == "live"
    assert first["running"] == turn["id"]
    assert (turn["prompt"], turn["attached"]) == ("Say something.", [])
    assert (last["turns"][0]["status"], last["running"]) == ("complete", "")
    assert last["tokens"] == len(TEXT.split())
    frames = [frame for each in gen.told.of("stream") for frame in each["message"]["frames"]]
    assert Transcript(map(from_json, frames)).text.strip() == TEXT


def test_a_page_that_comes_later_gets_each_answer_whole(gen: Generator):
    gen.generate("Say something.").result(30)
    id = gen.page(type="hello", runtime="", seq=-1).state["turns"][0]["id"]
    told = gen.page(type="stream", id=id, message={"type": "sync", "seq": -1})
    message = told.of("stream")[-1]["message"]
    assert message["type"] == "snapshot"
    assert Transcript(map(from_json, message["frames"])).text.strip() == TEXT
    count = len(told)
    assert len(gen.page(type="stream", id=id, message={"type": "released"})) == count


def test_an_answer_goes_to_the_page_as_markdown_in_which_nothing_loads(
    gen: Generator, speech: Speech
):
    speech.tokens = ["![a](https://example.invalid/a.png)\n\n```python\nx = 1"]
    gen.generate("Say something.").result(30)
    id = gen.page(type="hello", runtime="", seq=-1).state["turns"][0]["id"]
    (said,) = gen.page(type="markdown", id=id).of("markdown")
    assert said["text"] == "[a](https://example.invalid/a.png)\n\n```python\nx = 1\n```"


def test_the_events_are_all_frames_with_their_times_in_order(gen: Generator):
    gen.generate("Say something.").result(30)
    id = gen.page(type="hello", runtime="", seq=-1).state["turns"][0]["id"]
    events = gen.page(type="events", id=id, after=-1).of("events")[-1]
    frames: list[Frame] = [from_json(frame) for frame in events["frames"]]
    assert [frame.seq for frame in frames] == list(range(len(frames)))
    assert len([f for f in events["frames"] if f["type"] == "text-delta"]) == len(TEXT.split())
    assert not events["more"]
    later = gen.page(type="events", id=id, after=frames[-2].seq).of("events")[-1]
    assert [frame["type"] for frame in later["frames"]] == ["end"]
    gen.page(type="delete", id=id)
    gen.page(type="events", id=id, after=-1)
    gen.page(type="stream", id=id, message={"type": "sync", "seq": -1})
    assert gen.told.of("problem") == [], "the page asked before it knew"


def test_what_cannot_be_done_is_told_to_the_page_with_its_question(gen: Generator):
    for message, sentence in [
        ({"type": "generate", "prompt": " ", "ask": "a"}, "The prompt is empty"),
        ({"type": "set", "name": "top_p", "value": 3}, "top_p must be a number"),
        ({"type": "set", "name": "api_key", "value": "x"}, "has no 'api_key' to set"),
        ({"type": "retry", "id": "t0", "ask": "b"}, "no longer here"),
        ({"type": "nonsense"}, "knows no 'nonsense'"),
    ]:
        problem = gen.page(**message).of("problem")[-1]
        assert sentence in problem["text"]
        assert problem["ask"] == message.get("ask", "")


def test_the_page_sets_what_the_traits_say_and_hears_of_what_python_sets(gen: Generator):
    gen.page(type="set", name="max_tokens", value=64)
    gen.page(type="set", name="model", value="openai-chat/other")
    assert (gen.max_tokens, gen.model) == (64, "openai-chat/other")
    gen.page(type="set", name="max_tokens", value=None)
    gen.effort = "high"
    settle()
    assert gen.told.state["parameters"]["max_tokens"] is None
    assert gen.told.state["parameters"]["effort"] == "high"


def test_files_come_in_pieces_and_go_with_the_next_prompt_alone(
    gen: Generator, server: LoopbackThread
):
    text = b"name,height\nEiger,3967\n"
    upload = {"type": "upload", "id": "u1", "name": "peaks.csv", "size": len(text)}
    gen.page(text[:10], **upload, offset=0)
    assert gen.told.of("uploaded")[-1]["received"] == 10
    with pytest.raises(UsageError, match=r"peaks\.csv is still on its way"):
        gen.generate("Which is highest?")
    gen.page(text[10:], **upload, offset=10)
    assert gen.attached == ("peaks.csv",)
    assert gen.told.state["attached"][0]["kind"] == "file"
    gen.generate("Which is highest?").result(30)
    assert "Eiger,3967" in sent(server)[-1][1]
    assert gen.attached == ()
    gen.retry().result(30)
    assert "Eiger,3967" in sent(server)[-1][1]


def test_a_picture_goes_as_an_image_and_stays_in_the_conversation(
    gen: Generator, server: LoopbackThread
):
    gen.page(PNG, type="upload", id="u1", name="dot.png", size=len(PNG), offset=0)
    gen.generate("What is it?").result(30)
    gen.generate("Sure?").result(30)
    first = server.requests[-1].body["messages"][0]["content"]
    assert [part["type"] for part in first if part["type"] == "image_url"]


@pytest.mark.parametrize(
    ("size", "offset", "data", "sentence"),
    [
        (MOST_BYTES + 1, 0, b"x", "at most 20 can be attached"),
        (4, 0, b"\xff\xfe\x00\x01", "neither UTF-8 text nor a picture"),
        (9, 4, b"late", "did not arrive whole"),
        (2, 0, b"longer", "did not arrive whole"),
    ],
)
def test_a_file_that_cannot_be_attached_is_told_and_is_not_there(
    gen: Generator, size: int, offset: int, data: bytes, sentence: str
):
    told = gen.page(data, type="upload", id="u", name="f.bin", size=size, offset=offset)
    assert sentence in told.of("uploaded")[-1]["error"]
    assert gen.attached == ()
    assert gen.generate("Nevertheless.").result(30).status == "complete"


def test_there_is_an_end_to_how_many_files_are_attached():
    uploads = Uploads()
    for number in range(MOST_FILES):
        uploads.take(f"u{number}", "a.txt", 1, 0, b"a")
    with pytest.raises(UsageError, match="At most 20 files"):
        uploads.take("one more", "a.txt", 1, 0, b"a")


def test_python_attaches_and_detaches_files_too(gen: Generator, tmp_path: Any):
    file = tmp_path / "notes.md"
    file.write_text("# Notes")
    gen.attach(str(file))
    assert gen.attached == (str(file),)
    gen.detach(str(file))
    assert gen.attached == ()
    with pytest.raises(NbStreamError, match="no such variable, file or module"):
        gen.attach("nonesuch_at_all")


def test_aliases_are_offered_and_one_with_its_own_server_is_asked_there_with_its_own_key(
    server: LoopbackThread, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOUSE_KEY", "house")
    house = {"model": "openai-chat/m", "base_url": f"{server.url}/v1", "api_key_name": "HOUSE_KEY"}
    aliases.configure({"house": house, "other": "openai-chat/n"})
    gen = Generator(
        model="openai-chat/one",
        models=["house", "other"],
        base_url="http://127.0.0.1:9/v1",
        api_key=KEY,
    )
    try:
        gen.page(type="look")
        assert gen.told.state["aliases"] == [
            {"name": "house", "model": "openai-chat/m"},
            {"name": "other", "model": "openai-chat/n"},
        ]
        gen.page(type="set", name="model", value="house")
        assert "house" not in gen.told.state["models"]
        assert gen.generate("Say something.").result(30).text.strip() == TEXT
        assert server.requests[-1].body["model"] == "m"
        assert server.requests[-1].headers["authorization"] == "Bearer house"
        for model, own in [("other", True), ("openai-chat/x", True), ("anthropic/x", False)]:
            gen.model = model
            assert (gen.server["api_key"] == KEY) is own
    finally:
        gen.close()
        aliases.configure({})


def test_the_default_model_and_how_answers_are_shown_are_as_config_has_them(
    server: LoopbackThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shell = new_shell(tmp_path)
    monkeypatch.setattr(InteractiveShell, "_instance", shell)
    shell.run_line_magic("config", "NbStream.model = 'openai-chat/configured'")
    shell.run_line_magic("config", "NbStream.smooth = False")
    shell.run_line_magic("config", "NbStream.image_hosts = ['images.example.org']")
    gen = Generator(base_url=f"{server.url}/v1", api_key=KEY)
    gen.page(type="look")
    assert gen.told.state["default"] == "openai-chat/configured"
    gen.generate("Say something.").result(30)
    assert server.requests[-1].body["model"] == "configured"
    first = gen.told.of("stream")[0]["message"]
    assert first["settings"] == {"image_hosts": ["images.example.org"], "smooth": False}
    gen.close()


def test_the_list_of_models_is_fetched_when_the_page_asks(gen: Generator):
    listed = threading.Event()
    send = gen.send

    def noticing(content: Any, buffers: Any = None) -> None:
        send(content, buffers)
        if content["type"] == "state" and gen.told.of("listed"):
            listed.set()

    gen.send = noticing
    gen.page(type="models")
    assert listed.wait(30)
    assert gen.told.of("listed")[-1]["problem"] == ""
    assert {"openai-chat/one", "openai-chat/two"} <= set(gen.told.state["models"])
