"""Changes to the text as it comes, before anything shows or keeps it.

A transform is a callable from a piece of text to what is to stand for it, such as `str.upper`; or,
where it has to see more than a piece, an object with `take` and `rest`. It changes the answer's
text; `Redact` alone covers also what else a model or a server says. Each attempt of each stream
begins with a copy of the object as it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, Protocol, cast, runtime_checkable

from .characters import well_formed
from .errors import UsageError
from .redact import Redact as Redact


@runtime_checkable
class Transform(Protocol):
    """Text in pieces, of any sizes. Called on the stream's own loop: it must be quick."""

    def take(self, delta: str, /) -> str:
        """What can be said now."""
        ...

    def rest(self) -> str:
        """What was held back, as no more is coming."""
        ...


Transforms = Callable[[str], str] | Transform | Sequence[Callable[[str], str] | Transform]


class Chain:
    """Transforms, one after the other, as one."""

    def __init__(self, steps: Sequence[Callable[[str], str] | Transform] = ()) -> None:
        self._steps = [deepcopy(step) if isinstance(step, Transform) else step for step in steps]

    def take(self, delta: str) -> str:
        """Raises UsageError where a transform fails."""
        for step in self._steps:
            if not delta:
                break
            delta = _said(step, step.take if isinstance(step, Transform) else step, delta)
        return delta

    def rest(self) -> str:
        """Raises UsageError where a transform fails."""
        text = ""
        for step in self._steps:
            if isinstance(step, Transform):
                before = _said(step, step.take, text) if text else ""
                text = before + _said(step, step.rest)
            elif text:
                text = _said(step, step, text)
        return text


def covering(steps: Sequence[Callable[[str], str] | Transform]) -> Sequence[Redact]:
    """Those of the steps that hold for all that is said, not for the answer alone."""
    return [step for step in steps if isinstance(step, Redact)]


class Words:
    """Whole words only: a word is held back until what follows it is there."""

    def __init__(self) -> None:
        self._held = ""

    def take(self, delta: str) -> str:
        text = self._held + delta
        end = next((i for i in range(len(text), 0, -1) if text[i - 1].isspace()), 0)
        self._held = text[end:]
        return text[:end]

    def rest(self) -> str:
        held, self._held = self._held, ""
        return held


def steps(value: Any) -> tuple[Callable[[str], str] | Transform, ...]:
    """The transforms asked for, in their order. Raises UsageError for what is none."""
    given: tuple[Any, ...] = (value,)
    if value is None:
        given = ()
    elif isinstance(value, Sequence):
        given = tuple(cast(Sequence[Any], value))
    for step in given:
        if isinstance(step, type) or not (isinstance(step, Transform) or callable(step)):
            raise UsageError(
                "A transform is a function from text to text, or an object with take(delta) and"
                f" rest(); {step!r} is none."
            )
    return given


def _said(step: object, call: Callable[..., str], *text: str) -> str:
    try:
        said: Any = call(*text)
        if isinstance(said, str):
            return well_formed(said)
        problem = f"gave {type(said).__name__} where text is needed"
    except Exception as error:
        problem = f"failed: {type(error).__name__}: {error}"
    name = getattr(step, "__qualname__", type(step).__qualname__)
    raise UsageError(f"The transform {name} {problem}.")
