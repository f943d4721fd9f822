"""Answers in the providers' own protocols, and a process that gives them.

`python -m tests.speaking` prints `{"url": …}` and serves until its input ends. It speaks chat
completions, Responses, Messages and Gemini by the path it is asked on; `/control/…` is for the
test:

    POST /control/speech    what the next and all later answers are, a `Speech` as JSON
    GET  /control/requests  `{"requests": […]}`, each `Received.facts()`
    GET  /control/closed    the last request's facts, answered once its client has left
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.loopback import DROP, STALL, Answer, Loopback, Received, Step

TEXT = "The quick brown fox jumps over the lazy dog while it rains in Spain."


@dataclass
class Speech:
    """What to say, how fast, and how it ends.

    `tokens_per_s` None is at once. `drop_after` and `stall_after` end it after so many tokens;
    after `hold_after` of them it goes on when `hold` is set;
    `status` other than 200 answers with `error` and `retry_after` instead, `times` times (then
    with the tokens), or always where `times` is None.
    """

    tokens: Sequence[str] = field(default_factory=lambda: [f"{word} " for word in TEXT.split()])
    tokens_per_s: float | None = 200.0
    first_after_s: float = 0.0
    drop_after: int | None = None
    stall_after: int | None = None
    hold_after: int | None = None
    hold: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    usage: bool = True
    status: int = 200
    error: str = "The test wants it so."
    retry_after: str | None = None
    times: int | None = None
    model: str = "loopback-1"

    def answer(self, path: str) -> Answer:
        """The answer to a request for `path`, with its times counted from now."""
        if self.status != 200 and self.times != 0:
            if self.times is not None:
                self.times -= 1
            headers = {"retry-after": self.retry_after} if self.retry_after else {}
            kind = {429: "rate_limit_error", 529: "overloaded_error"}.get(self.status, "api_error")
            body = {"type": "error", "error": {"type": kind, "message": self.error}}
            return Answer.json(body, self.status, **headers)
        before, spoken, after = framed(path, self.tokens, self.model, usage=self.usage)
        return Answer(self._paced(before, spoken, after))

    def _paced(self, before: bytes, spoken: Sequence[bytes], after: bytes) -> Iterator[Step]:
        began = time.perf_counter() + self.first_after_s
        if self.first_after_s:
            yield began
        yield before
        for number, event in enumerate(spoken):
            if number == self.drop_after:
                yield DROP
            if number == self.stall_after:
                yield STALL
            if number == self.hold_after:
                yield self.hold
                began = time.perf_counter() - number / (self.tokens_per_s or 1)
            if self.tokens_per_s is not None:
                yield began + number / self.tokens_per_s
            yield event
        if self.drop_after is not None:
            yield DROP
        if self.stall_after is not None:
            yield STALL
        yield after


def sse(data: dict[str, Any], event: str = "") -> bytes:
    """One server-sent event."""
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {json.dumps(data)}\n\n".encode()


Framed = tuple[bytes, list[bytes], bytes]
"""What comes before the tokens, one piece for each token, what comes after them."""


def chat_chunks(tokens: Sequence[str], model: str = "loopback-1", *, usage: bool = True) -> Framed:
    """A chat completions stream."""

    def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": model,
            "choices": [choice],
            "usage": None,
        }

    counts = {"prompt_tokens": 7, "completion_tokens": len(tokens), "total_tokens": len(tokens) + 7}
    last = sse(chunk({}, "stop"))
    if usage:
        last += sse({**chunk({}), "choices": [], "usage": counts})
    return (
        sse(chunk({"role": "assistant", "content": ""})),
        [sse(chunk({"content": token})) for token in tokens],
        last + b"data: [DONE]\n\n",
    )


def message_events(
    tokens: Sequence[str], model: str = "loopback-1", *, usage: bool = True
) -> Framed:
    """A Messages stream."""

    def event(kind: str, **fields: Any) -> bytes:
        return sse({"type": kind, **fields}, kind)

    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        **({"usage": {"input_tokens": 7, "output_tokens": 1}} if usage else {}),
    }
    counts = {"usage": {"output_tokens": len(tokens)}} if usage else {}
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    return (
        event("message_start", message=message)
        + event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        [
            event("content_block_delta", index=0, delta={"type": "text_delta", "text": token})
            for token in tokens
        ],
        event("content_block_stop", index=0)
        + event("message_delta", delta=end, **counts)
        + event("message_stop"),
    )


def response_events(
    tokens: Sequence[str], model: str = "loopback-1", *, usage: bool = True
) -> Framed:
    """A Responses stream."""
    numbers = count()

    def event(kind: str, **fields: Any) -> bytes:
        return sse({"type": kind, "sequence_number": next(numbers), **fields}, kind)

    def response(status: str, **fields: Any) -> dict[str, Any]:
        return {"id": "resp_1", "object": "response", "model": model, "status": status, **fields}

    counts = {"input_tokens": 7, "output_tokens": len(tokens), "total_tokens": len(tokens) + 7}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": []}
    at = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    return (
        event("response.created", response=response("in_progress", usage=None))
        + event("response.output_item.added", output_index=0, item=message),
        [event("response.output_text.delta", **at, delta=token) for token in tokens],
        event("response.output_text.done", **at, text="".join(tokens))
        + event("response.output_item.done", output_index=0, item=message)
        + event(
            "response.completed", response=response("completed", usage=counts if usage else None)
        ),
    )


def gemini_chunks(
    tokens: Sequence[str], model: str = "loopback-1", *, usage: bool = True
) -> Framed:
    """A Gemini stream."""

    def chunk(text: str, finish_reason: str | None = None, **fields: Any) -> bytes:
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}}
        if finish_reason:
            candidate["finishReason"] = finish_reason
        data = {"candidates": [candidate], "modelVersion": model, "responseId": "resp_1", **fields}
        return f"data: {json.dumps(data)}\r\n\r\n".encode()

    counts = {"promptTokenCount": 7, "candidatesTokenCount": len(tokens)}
    return (
        chunk(""),
        [chunk(token) for token in tokens],
        chunk("", "STOP", **({"usageMetadata": counts} if usage else {})),
    )


def framed(
    path: str, tokens: Sequence[str], model: str = "loopback-1", *, usage: bool = True
) -> Framed:
    """The stream of the protocol that `path` belongs to."""
    if path.endswith("/messages"):
        speak = message_events
    elif ":streamGenerateContent" in path:
        speak = gemini_chunks
    elif path.endswith("/responses"):
        speak = response_events
    else:
        speak = chat_chunks
    return speak(tokens, model, usage=usage)


def begun(request: Received) -> str:
    """The beginning of the answer that the request hands over to be continued, else empty."""
    body = request.body
    turns = body.get("messages") or body.get("input") or body.get("contents")
    last = turns[-1]
    if last["role"] not in {"assistant", "model"}:
        return ""
    return last["parts"][0]["text"] if "parts" in last else last["content"]


class Speaker:
    """The script of a server that says `speech` and answers `/control/…`."""

    def __init__(self, speech: Speech | None = None) -> None:
        self.speech = speech or Speech()
        self.server = Loopback(script=self)

    @property
    def asked(self) -> list[Received]:
        """The requests that were not for the test's own use."""
        return [r for r in self.server.requests if not r.path.startswith("/control/")]

    def __call__(self, request: Received) -> Answer:
        match request.path:
            case "/control/speech":
                self.speech = Speech(**request.body)
                return Answer.json({})
            case "/control/requests":
                return Answer.json({"requests": [each.facts() for each in self.asked]})
            case "/control/closed":
                return Answer(self._closed(self.asked[-1]), headers={"content-type": "text/json"})
            case _:
                return self.speech.answer(request.path)

    def _closed(self, request: Received) -> Iterator[Step]:
        yield request.closed
        yield json.dumps(request.facts()).encode()


async def main() -> None:
    speaker = Speaker()
    async with speaker.server as server:
        print(json.dumps({"url": server.url}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
