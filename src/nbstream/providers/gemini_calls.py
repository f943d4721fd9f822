"""The function calls of a Gemini stream, put together from their parts. No I/O."""

from __future__ import annotations

import json
import re
from io import StringIO
from itertools import pairwise
from typing import Any

from ..events import ToolCallDelta

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_LONGEST_LIST = 10_000
_MOST = 1_000_000
"""Characters and places of one stream's calls that come in pieces."""


class GeminiCalls:
    """A call comes whole, or as its name and then values by their JSON paths (`$.items[0].name`),
    strings in pieces. JSON text cannot be written before its values are known, so the arguments of
    such a call come in one piece at its end."""

    def __init__(self) -> None:
        self._count = 0
        self._open: dict[str, Any] | None = None
        self._room = _MOST

    def read(self, part: Any) -> list[ToolCallDelta]:
        """What a `function_call` part says. Raises ValueError for a path that is none."""
        events: list[ToolCallDelta] = []
        if part.name:
            events += self.end()
            self._count += 1
            index = self._count - 1
            if part.args is not None or not part.will_continue:
                arguments = json.dumps(part.args or {}, ensure_ascii=False)
                return [*events, ToolCallDelta(index, arguments, part.name, part.id or "")]
            self._open = {}
            events.append(ToolCallDelta(index, name=part.name, id=part.id or ""))
        for piece in part.partial_args or ():
            if self._open is not None:
                self._room -= _put(self._open, piece.json_path, _value(piece))
                if self._room < 0:
                    raise ValueError("arguments of a call that are too large")
        if not part.will_continue:
            events += self.end()
        return events

    def end(self) -> list[ToolCallDelta]:
        """No more of the open call is coming."""
        whole, self._open = self._open, None
        if whole is None:
            return []
        return [
            ToolCallDelta(
                self._count - 1, json.dumps(whole, ensure_ascii=False, default=StringIO.getvalue)
            )
        ]


def _value(piece: Any) -> str | float | bool | None:
    for value in (piece.string_value, piece.number_value, piece.bool_value):
        if value is not None:
            return value
    return None


def _put(whole: dict[str, Any], path: str, value: str | float | bool | None) -> int:
    """How much room it takes. Strings grow as StringIO."""
    steps = [int(place) if place else name for name, place in _STEP.findall(path)]
    if not steps or not isinstance(steps[0], str):
        raise ValueError(f"{path!r} is no path")
    inside: Any = whole
    taken = len(path) + (len(value) if isinstance(value, str) else 1)
    for step, following in pairwise(steps):
        taken += _make_room(inside, step)
        if inside[step] is None:
            inside[step] = {} if isinstance(following, str) else []
        inside = inside[step]
    last = steps[-1]
    taken += _make_room(inside, last)
    before = inside[last]
    if not isinstance(value, str):
        inside[last] = value
    elif isinstance(before, StringIO):
        before.write(value)
    else:
        inside[last] = StringIO()
        inside[last].write(value)
    return taken


def _make_room(inside: Any, step: str | int) -> int:
    if isinstance(step, str):
        inside.setdefault(step, None)
        return 1
    if step >= _LONGEST_LIST:
        raise ValueError(f"a list of {step} values")
    missing = max(0, step + 1 - len(inside))
    inside.extend([None] * missing)
    return missing
