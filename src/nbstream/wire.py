"""Frames as JSON: the one vocabulary that Python, the page, recordings and HTTP speak.

A frame is one flat object, ``{"seq": 3, "at_s": 0.512, "type": "text-delta", "text": "Hi"}``:
number, seconds since the start, the event's name in noun-action form, then the event's own fields
by their Python names. Fields that hold their default are left out. A Start also carries
``"version"``. Readers ignore fields they do not know and refuse a version they do not know.

`tests/fixtures/frames.json` holds one example of each; pytest and vitest both read it.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, Literal, get_origin, get_type_hints

from . import events
from .errors import NbStreamError
from .events import Event, Frame

VERSION = 1

_NAMES: dict[type[Event], str] = {
    events.Start: "start",
    events.PhaseStart: "phase-start",
    events.PhaseEnd: "phase-end",
    events.TextDelta: "text-delta",
    events.ReasoningDelta: "reasoning-delta",
    events.ToolCallDelta: "tool-call-delta",
    events.Usage: "usage",
    events.Progress: "progress",
    events.Notice: "notice",
    events.Attachment: "attachment",
    events.Reset: "reset",
    events.Resume: "resume",
    events.Failover: "failover",
    events.End: "end",
}
_TYPES: dict[str, type[Event]] = {name: kind for kind, name in _NAMES.items()}
_FIELDS: dict[type[Event], tuple[tuple[str, Any], ...]] = {
    kind: tuple((f.name, f.default) for f in fields(kind)) for kind in _NAMES
}
# A word that is not in this version's Literal is left to the reader: newer writers may have more.
_ACCEPTED: dict[type[Event], dict[str, Any]] = {
    kind: {
        name: str if get_origin(hint) is Literal else hint
        for name, hint in get_type_hints(kind).items()
    }
    for kind in _NAMES
}


class WireError(NbStreamError):
    """A frame that cannot be read; the sentence says which and why."""


def event_name(event: Event) -> str:
    """The event's name on the wire, for example ``text-delta``."""
    return _NAMES[type(event)]


def to_json(frame: Frame) -> dict[str, Any]:
    """The frame as a flat object that `json.dumps` takes."""
    event = frame.event
    kind = type(event)
    data: dict[str, Any] = {"seq": frame.seq, "at_s": round(frame.at_s, 4), "type": _NAMES[kind]}
    if kind is events.Start:
        data["version"] = VERSION
    for name, default in _FIELDS[kind]:
        value = getattr(event, name)
        if default is MISSING or value != default:
            data[name] = value
    return data


def from_json(data: dict[str, Any]) -> Frame:
    """The frame that `to_json` wrote. Raises WireError."""
    name = data.get("type")
    kind = _TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise WireError(f"Unknown frame type {_short(name)}; a newer nbstream wrote it.")
    if kind is events.Start and data.get("version") != VERSION:
        raise WireError(
            f"The stream is of version {_short(data.get('version'))}; this nbstream reads"
            f" {VERSION}."
        )
    values = {name: data[name] for name, _ in _FIELDS[kind] if name in data}
    for name, value in values.items():
        if not _fits(value, _ACCEPTED[kind][name]):
            raise WireError(f"A {data['type']} frame is not readable: {name} is {_short(value)}.")
    try:
        seq, at_s = data["seq"], data["at_s"]
        for name, value, kinds in (("seq", seq, (int,)), ("at_s", at_s, (int, float))):
            if type(value) not in kinds:
                raise WireError(
                    f"A {data['type']} frame is not readable: {name} is {_short(value)}."
                )
        return Frame(seq, float(at_s), kind(**values))
    except KeyError as error:
        raise WireError(f"A {data['type']} frame has no {error}.") from None
    except (TypeError, ValueError, OverflowError) as error:
        raise WireError(f"A {data['type']} frame is not readable: {error}.") from None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _fits(value: object, accepted: Any) -> bool:
    # JSON writers may write 2.0 as 2.
    return isinstance(value, accepted) or (type(value) is int and isinstance(0.0, accepted))
