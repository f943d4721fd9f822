"""What can happen in a stream: a closed union of frozen values, and the Frame that numbers them.

Python, the page, recordings and HTTP all speak this vocabulary; `wire` writes it as JSON.
A stream is one `Start`, any number of the others, and one `End`, always.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

EndStatus = Literal["complete", "cancelled", "failed", "truncated"]
Status = Literal["waiting", "streaming", "complete", "cancelled", "failed", "truncated"]
ProgressSource = Literal["max_tokens", "past-answers", "none"]
NoticeLevel = Literal["info", "warning"]


@dataclass(frozen=True, slots=True)
class Start:
    """The first frame. `model` is `provider/model` as asked for; `started_at` is Unix seconds."""

    model: str
    started_at: float


@dataclass(frozen=True, slots=True)
class PhaseStart:
    """A named stage begins: queued, loading, waiting, thinking, writing, retrying."""

    phase: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PhaseEnd:
    """The stage of that name is over."""

    phase: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """More of what the model thought, which is no part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """More of the `index`th tool call: `arguments` is a piece of JSON text, `name` and `id` come
    with the first piece and are empty after it."""

    index: int
    arguments: str = ""
    name: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counts them, in all so far, and what they cost in US dollars; None
    where it does not say, or where no price is known. From a session: of all attempts, those
    included whose text was dropped."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_input_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the stream is.

    `fraction` is in [0, 1), never smaller than in an earlier Progress of the stream, or None where
    nothing is known to measure it by; `source` says by what. `tokens` is the output so far,
    `exact` whether the provider counted it (else it is estimated).
    """

    fraction: float | None
    source: ProgressSource
    tokens: int
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence the reader should see beside the text."""

    level: NoticeLevel
    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that went into the prompt: `name` as it was asked for, `kind` in a few words for
    people, `characters` as it was sent (0 for an image), and about how many `tokens` that is."""

    name: str
    kind: str
    characters: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Reset:
    """Attempt number `attempt` (from 1) failed because of `cause`: what it said is dropped, and
    the next begins after `wait_s` seconds."""

    attempt: int
    wait_s: float
    cause: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Attempt number `attempt` (from 1) broke off because of `cause`: what it said stays, and the
    next goes on from there after `wait_s` seconds."""

    attempt: int
    wait_s: float
    cause: str


@dataclass(frozen=True, slots=True)
class Failover:
    """The model asked so far is out for good because of `cause`; from now on `model` answers."""

    model: str
    cause: str


@dataclass(frozen=True, slots=True)
class End:
    """The last frame.

    `error` is the sentence for a person where the status is failed or truncated, `code` its kind
    (`NbStreamError.code`); `stop_reason` is the provider's own word; `model` the one that served;
    `request_id` the provider's name for the request; `ignored` how many of the provider's events
    were of kinds that are not known here.
    """

    status: EndStatus
    stop_reason: str = ""
    error: str = ""
    code: str = ""
    model: str = ""
    request_id: str = ""
    ignored: int = 0


Event = (
    Start
    | PhaseStart
    | PhaseEnd
    | TextDelta
    | ReasoningDelta
    | ToolCallDelta
    | Usage
    | Progress
    | Notice
    | Attachment
    | Reset
    | Resume
    | Failover
    | End
)


class Frame(NamedTuple):
    """An event with its number (from 0, without gaps) and its time (seconds since Start)."""

    seq: int
    at_s: float
    event: Event
