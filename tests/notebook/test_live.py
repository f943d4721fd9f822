"""What a page that follows the protocol sees: the whole stream, each character sent once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbstream.events import (
    End,
    Event,
    Frame,
    Progress,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from nbstream.notebook.live import LiveSink
from nbstream.notebook.reader import Reader
from nbstream.notebook.runtime import Runtime, chunk
from nbstream.transcript import Transcript
from nbstream.wire import from_json
from tests import virtual_time
from tests.streams import numbered, streams, summary

RUNTIME = Runtime(b"gzipped code", "abc123")
PAUSES_S = st.sampled_from([0.0, 0.0, 0.01, 0.05, 0.2])


class Wire:
    """What is between kernel and page: it keeps what was sent, and may lose some of it."""

    def __init__(self, lost: frozenset[int] = frozenset()) -> None:
        self.sent: list[tuple[float, dict[str, Any], list[bytes]]] = []
        self.lost = lost
        self.page: Callable[[dict[str, Any]], None] | None = None

    def send(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        content = json.loads(json.dumps(content))
        self.sent.append((asyncio.get_running_loop().time(), content, buffers))
        number = len(self.sent)
        if self.page is not None and number not in self.lost:
            self.page(content)

    def contents(self, kind: str) -> list[dict[str, Any]]:
        return [content for _, content, _ in self.sent if content["type"] == kind]

    def frames(self) -> list[Frame]:
        return [from_json(f) for content in self.contents("frames") for f in content["frames"]]


class Page:
    """The page's rule, and no more than that."""

    def __init__(self, ask: Callable[[dict[str, Any]], None]) -> None:
        self.ask = ask
        self.transcript = Transcript()
        self.gap = False
        self.asked = 0

    def sync(self) -> None:
        self.asked += 1
        self.gap = True
        self.ask({"type": "sync", "seq": self.transcript.seq})

    def take(self, content: dict[str, Any]) -> None:
        if content["type"] == "runtime":
            return
        frames = [from_json(data) for data in content["frames"]]
        if content["type"] == "snapshot":
            self.transcript, self.gap = Transcript(frames), False
        elif frames[-1].seq <= self.transcript.seq:
            pass
        elif content["after"] == self.transcript.seq:
            for frame in frames:
                self.transcript.add(frame)
        elif not self.gap:
            self.sync()


def told(transcript: Transcript) -> dict[str, Any]:
    """The summary, but for the first token's time: gathered text has that of its last piece."""
    return {**summary(transcript), "first_token_at_s": None}


async def play(live: LiveSink, transcript: Transcript, frames: list[Frame]) -> None:
    """Hand frames to the sink as a session does."""
    for frame in frames:
        transcript.add(frame)
        await live(frame)


def sink(wire: Wire, reader: Reader = Reader()) -> tuple[LiveSink, Transcript]:  # noqa: B008
    transcript = Transcript()
    live = LiveSink(asyncio.get_running_loop(), transcript, RUNTIME, reader)
    live.attach(wire.send)
    return live, transcript


@settings(max_examples=150)
@given(
    streams(),
    st.data(),
    st.just(frozenset[int]()) | st.frozensets(st.integers(1, 12)),
    st.booleans(),
    st.lists(st.tuples(PAUSES_S, st.sampled_from(["sync", "hello"])), max_size=3),
)
def test_a_page_that_follows_the_rule_ends_with_exactly_the_stream(
    frames: list[Frame],
    data: st.DataObject,
    lost: frozenset[int],
    from_the_start: bool,
    asks: list[tuple[float, str]],
):
    async def main() -> None:
        wire = Wire(lost)
        live, transcript = sink(wire)
        page = Page(live.answer)
        if from_the_start:
            wire.page = page.take

        async def visit() -> None:
            for pause_s, kind in asks:
                await asyncio.sleep(pause_s)
                wire.page = page.take
                live.answer({"type": kind, "runtime": "", "seq": -1})

        visiting = asyncio.create_task(visit())
        for frame in frames:
            await play(live, transcript, [frame])
            await asyncio.sleep(data.draw(PAUSES_S))
        await visiting
        wire.page, wire.lost = page.take, frozenset()
        if page.transcript.seq < transcript.seq:
            page.sync()  # as it does after a silence
        await asyncio.sleep(1)
        assert told(page.transcript) == told(transcript)
        if from_the_start and not lost:
            assert page.asked == 0
        # No frame was sent twice, and all of them were, by themselves or in a snapshot.
        numbers = [frame.seq for frame in wire.frames()]
        assert numbers == sorted(set(numbers))
        if not asks and not page.asked:
            assert told(Transcript(wire.frames())) == told(transcript)
        assert len(wire.contents("snapshot")) == page.asked + len(asks)

    virtual_time.run(main())


@given(streams())
def test_messages_follow_each_other_without_a_gap(frames: list[Frame]):
    async def main() -> None:
        wire = Wire()
        live, transcript = sink(wire)
        for frame in frames:
            await play(live, transcript, [frame])
            await asyncio.sleep(0.03)
        before = -1
        for content in wire.contents("frames"):
            assert content["after"] == before
            before = content["frames"][-1]["seq"]
        assert before == frames[-1].seq

    virtual_time.run(main())


async def test_deltas_of_one_kind_are_gathered_into_one_frame_with_the_last_number():
    wire = Wire()
    live, transcript = sink(wire)
    said = [ReasoningDelta("a"), ReasoningDelta("b"), TextDelta("c"), TextDelta("d"), Usage(1, 2)]
    frames = numbered([*said, TextDelta("e"), End("complete")])
    await play(live, transcript, frames)
    assert [(f.seq, f.event) for f in wire.frames()[1:]] == [
        (2, ReasoningDelta("ab")),
        (4, TextDelta("cd")),
        (5, Usage(1, 2)),
        (6, TextDelta("e")),
        (7, End("complete")),
    ]


def test_a_quiet_stream_is_sent_at_once_and_a_busy_one_gathered():
    async def main() -> None:
        wire = Wire()
        live, transcript = sink(wire)
        start, *rest = numbered([*[TextDelta("word ")] * 200, End("complete")])
        await play(live, transcript, [start])
        await asyncio.sleep(1)
        for frame in rest:
            await play(live, transcript, [frame])
            await asyncio.sleep(0.005)
        times = [time for time, _, _ in wire.sent]
        assert times[:2] == [0, 1]  # the first token waits for nothing
        assert len(times) < 25  # a second of 200 tokens

    virtual_time.run(main())


def test_the_end_is_sent_at_once():
    async def main() -> None:
        wire = Wire()
        live, transcript = sink(wire)
        await play(live, transcript, numbered([TextDelta("a"), TextDelta("b"), End("complete")]))
        assert wire.frames()[-1].event == End("complete")
        assert asyncio.get_running_loop().time() == 0

    virtual_time.run(main())


BURSTS: dict[str, Event] = {
    "text": TextDelta("x" * 1000),
    "text of three bytes a character": TextDelta("長" * 400),
    "reasoning": ReasoningDelta("x" * 1000),
    "tool calls": ToolCallDelta(0, "x" * 1000),
    "small events": Progress(0.1, "max_tokens", 1),
}


@pytest.mark.parametrize("event", BURSTS.values(), ids=BURSTS.keys())
def test_a_burst_is_slowed_down_to_what_the_server_lets_through(event: Event):
    async def main() -> None:
        wire = Wire()
        live, transcript = sink(wire)
        frames = numbered([*[event] * 4000, End("complete")])
        await play(live, transcript, frames)
        sizes = [len(json.dumps(c, ensure_ascii=False).encode()) for _, c, _ in wire.sent]
        assert max(sizes) < 450_000
        # jupyter_server drops above 1 MB a second, taken over three seconds.
        for at, (begin, _, _) in enumerate(wire.sent):
            window = [
                size
                for (time, _, _), size in zip(wire.sent[at:], sizes[at:], strict=True)
                if time < begin + 3
            ]
            assert sum(window) < 3_000_000
        assert told(Transcript(wire.frames())) == told(transcript)

    virtual_time.run(main())


async def test_an_answer_of_200_kb_that_comes_at_once_is_one_message_with_its_end():
    wire = Wire()
    live, transcript = sink(wire)
    answer = [TextDelta("x" * 4000)] * 50
    await play(
        live, transcript, numbered([Progress(0.1, "max_tokens", 1), *answer, End("complete")])
    )
    _, message = wire.contents("frames")  # the first is the start
    assert [frame["type"] for frame in message["frames"]] == ["progress", "text-delta", "end"]


def test_what_comes_after_a_long_snapshot_waits_until_it_is_through():
    async def main() -> None:
        wire = Wire()
        live, transcript = sink(wire)
        frames = numbered([TextDelta("x" * 100_000) for _ in range(10)])
        await play(live, transcript, frames)
        await asyncio.sleep(5)
        live.answer({"type": "sync", "seq": -1})
        await asyncio.sleep(0)
        await play(live, transcript, [Frame(frames[-1].seq + 1, 9.0, TextDelta("more"))])
        await asyncio.sleep(5)
        (asked, *_), (more, *_) = wire.sent[-2:]
        assert more - asked == pytest.approx(2, abs=0.1)

    virtual_time.run(main())


async def test_a_page_without_the_runtime_gets_it_once():
    wire = Wire()
    live, transcript = sink(wire)
    await play(live, transcript, numbered([TextDelta("a")]))
    live.answer({"type": "hello", "runtime": "", "seq": -1})
    live.answer({"type": "hello", "runtime": RUNTIME.hash, "seq": -1})
    await asyncio.sleep(0)
    assert wire.contents("runtime") == [{"type": "runtime", "hash": RUNTIME.hash}]
    assert [buffers for _, c, buffers in wire.sent if c["type"] == "runtime"] == [[b"gzipped code"]]
    assert len(wire.contents("snapshot")) == 2


async def test_the_runtime_can_be_pushed_to_a_page_that_cannot_ask():
    wire = Wire()
    live, transcript = sink(wire)
    await play(live, transcript, numbered([TextDelta("a")]))
    live.push_runtime()
    await asyncio.sleep(0)
    assert [content["type"] for _, content, _ in wire.sent][-2:] == ["runtime", "snapshot"]


async def test_what_the_reader_sets_goes_with_all_text():
    wire = Wire()
    live, transcript = sink(wire, Reader(("example.org",)))
    await play(live, transcript, numbered([TextDelta("a"), End("complete")]))
    live.answer({"type": "hello", "runtime": RUNTIME.hash})
    await asyncio.sleep(0)
    settings = [content["settings"] for _, content, _ in wire.sent]
    assert settings == [{"image_hosts": ["example.org"]}] * len(wire.sent)
    assert len(wire.contents("snapshot")) == 1


async def test_what_is_pending_when_a_page_asks_goes_over_the_wire_once():
    wire = Wire()
    live, transcript = sink(wire)
    page = Page(live.answer)
    wire.page = page.take
    await play(live, transcript, numbered([TextDelta("x" * 1000)]))
    live.answer({"type": "hello", "runtime": RUNTIME.hash, "seq": -1})
    await asyncio.sleep(0)
    last = transcript.seq
    await play(
        live,
        transcript,
        [Frame(last + 1, 1.0, TextDelta("y")), Frame(last + 2, 1.0, End("complete"))],
    )
    sent = json.dumps([content for _, content, _ in wire.sent])
    assert (sent.count("x" * 1000), sent.count('"y"')) == (1, 1)
    assert told(page.transcript) == told(transcript)
    assert page.asked == 0


async def test_a_question_before_the_start_is_answered_with_nothing_yet():
    wire = Wire()
    live, _ = sink(wire)
    live.answer({"type": "sync", "seq": -1})
    await asyncio.sleep(0)
    assert wire.contents("snapshot") == [{"type": "snapshot", "frames": []}]


async def test_a_question_may_come_from_any_thread():
    wire = Wire()
    live, transcript = sink(wire)
    await play(live, transcript, numbered([TextDelta("a")]))
    await asyncio.to_thread(live.answer, {"type": "sync", "seq": -1})
    await asyncio.sleep(0)
    assert len(wire.contents("snapshot")) == 1


def test_a_page_that_cannot_be_reached_does_not_hold_up_the_stream():
    async def main() -> None:
        live, transcript = sink(Wire())

        def broken(content: dict[str, Any], buffers: list[bytes]) -> None:
            raise OSError("closed")

        live.attach(broken)
        burst = [TextDelta("x" * 10_000)] * 100
        await asyncio.wait_for(play(live, transcript, numbered([*burst, End("complete")])), 60)

    virtual_time.run(main())


async def test_what_draws_math_is_sent_when_the_page_asks_for_it():
    wire = Wire()
    live = LiveSink(asyncio.get_running_loop(), Transcript(), RUNTIME)
    live.attach(wire.send)
    live.answer({"type": "chunk", "name": "math"})
    live.answer({"type": "chunk", "name": "../runtime"})
    await asyncio.sleep(0)
    ((_, content, (code,)),) = wire.sent
    assert content == {"type": "chunk", "name": "math"}
    assert code == chunk("math")
