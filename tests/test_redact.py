"""A redacted text stands nowhere in what a stream says, on whatever way and in whatever pieces."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from nbstream import wire
from nbstream.errors import ContentRefused, StreamDropped
from nbstream.events import Notice, ReasoningDelta, TextDelta, ToolCallDelta
from nbstream.limits import Limits
from nbstream.request import Message, Request
from nbstream.retry import RetryPolicy
from nbstream.session import Session
from nbstream.transforms import Chain, Redact, Words
from tests.scripted import FOREVER, STOP, Frames, Scripted, Step, frames_of

SECRET = 'pa"ss\nwörd😀/x'


def session(script: Sequence[Step], *by: Any, limits: Limits | None = None) -> Session:
    return Session(
        Scripted(script),
        Request("m", (Message("user", "Hi"),)),
        model="scripted/m",
        limits=limits,
        retry=RetryPolicy(retries=0),
        transforms=by,
    )


def recorded(frames: Frames) -> str:
    return "\n".join(str(wire.to_json(frame)) for frame in frames)


@pytest.mark.parametrize("cut", range(1, 6))
async def test_thoughts_and_tool_calls_are_covered_wherever_they_are_split(cut: int):
    one, other = "secret"[:cut], "secret"[cut:]
    script = [
        ReasoningDelta(f"a {one}"),
        TextDelta("b "),
        ReasoningDelta(f"{other}."),
        ToolCallDelta(0, f'{{"k": "{one}', "call_secret", "id-secret"),
        ToolCallDelta(1, '{"k": "fine"}', "other", "1"),
        ToolCallDelta(0, f'{other}"}}'),
        Notice("warning", "The server said secret."),
        TextDelta(one),
        TextDelta(other),
        STOP,
    ]
    run = session(script, Redact(["secret"]))
    frames = await frames_of(run)
    said = run.transcript
    assert "secret" not in recorded(frames)
    assert said.reasoning == "a [redacted]."
    assert said.text == "b [redacted]"
    assert [call.name for call in said.tool_calls] == ["call_[redacted]", "other"]
    assert json.loads(said.tool_calls[0].arguments) == {"k": "[redacted]"}


@pytest.mark.parametrize("is_ascii", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
async def test_texts_are_covered_as_json_writes_them(is_ascii: bool, size: int):
    arguments = json.dumps({"k": f"<{SECRET}>", "other": "é😀\\"}, ensure_ascii=is_ascii)
    pieces = [arguments[at : at + size] for at in range(0, len(arguments), size)]
    script = [*(ToolCallDelta(0, piece) for piece in pieces), STOP]
    run = session(script, Redact([SECRET]))
    await frames_of(run)
    (call,) = run.transcript.tool_calls
    assert json.loads(call.arguments) == {"k": "<[redacted]>", "other": "é😀\\"}


@pytest.mark.parametrize("size", [1, 2, 100])
def test_texts_that_overlap_leave_nothing_of_either(size: int):
    text = "xabcdefx abcabc"
    chain = Chain([Redact(["abcd", "cdef", "abc"], "*")])
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert "".join([*map(chain.take, pieces), chain.rest()]) == "x*x **"


async def test_an_error_that_echoes_a_text_is_redacted_for_the_reader_and_the_program():
    run = session([TextDelta("a"), ContentRefused("No secret here.")], Redact(["secret"]))
    frames = await frames_of(run)
    assert frames.end.error == "No [redacted] here."
    assert str(run.failure) == "No [redacted] here."


@pytest.mark.parametrize(("last", "limit"), [(StreamDropped("gone"), None), (TextDelta("x"), 15)])
async def test_what_is_held_back_is_said_when_a_stream_breaks_off(last: Any, limit: int | None):
    script = [ReasoningDelta("I sec"), TextDelta("whole half my se"[:15]), last, STOP]
    run = session(script, Words(), Redact(["secret"]), limits=Limits(max_chars=limit))
    await frames_of(run)
    assert run.transcript.text == "whole half my s"
    assert run.transcript.reasoning == "I sec"


async def test_what_is_held_back_is_said_when_a_stream_is_cancelled():
    run = session([TextDelta("one tw"), FOREVER], Words())

    async def sink(frame: Any) -> None:
        if isinstance(frame.event, TextDelta):
            run.cancel()

    await run.run(sink)
    assert run.transcript.text == "one tw"
    assert run.transcript.end is not None
    assert run.transcript.end.status == "cancelled"
