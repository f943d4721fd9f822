"""What a stream came to: the value a cell's `-o NAME` holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .endings import number_of
from .errors import NbStreamError, of_code
from .events import Attachment, EndStatus, Usage
from .fences import CodeBlocks, code_blocks
from .growing_text import GrowingText, cut
from .json_text import json_so_far, partial_json
from .metrics import Metrics, measure
from .transcript import ToolCall, Transcript


class _Said:
    """What a text is made of when it is first asked for: no field of a Generation."""

    __slots__ = ("_parts",)
    _parts: GrowingText


@dataclass(frozen=True, slots=True, repr=False)
class Generation(_Said):
    """One answer, whole or in part.

    `status` says which: complete, cancelled, failed or truncated; `error` is the sentence for the
    last two, else empty. `model` is `provider/model` as asked for, the one that answered where
    several were named; `served_model` what the provider says it was. `value` is what the answer
    came to where a `schema` was given: an instance of the type, or what the JSON says. `failure` is
    the provider's failure with its facts, where there was one in this process.
    """

    text: str
    status: EndStatus
    model: str
    usage: Usage
    metrics: Metrics
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    stop_reason: str = ""
    error: str = ""
    error_code: str = ""
    served_model: str = ""
    request_id: str = ""
    attachments: tuple[Attachment, ...] = ()
    ignored_events: int = 0
    value: Any = field(default=None, compare=False)
    failure: NbStreamError | None = field(default=None, compare=False)

    @classmethod
    def of(
        cls,
        transcript: Transcript,
        failure: NbStreamError | None = None,
        value: Any = None,
    ) -> Generation:
        """The result of a stream that has ended."""
        start, end = transcript.start, transcript.end
        if start is None or end is None:
            raise ValueError("the stream has not ended")
        generation = cls(
            text="",
            status=end.status,
            model=transcript.model,
            usage=transcript.usage,
            metrics=measure(transcript),
            reasoning=transcript.reasoning,
            tool_calls=transcript.tool_calls,
            stop_reason=end.stop_reason,
            error=end.error,
            error_code=end.code,
            served_model=end.model,
            request_id=end.request_id,
            attachments=tuple(transcript.attachments),
            ignored_events=end.ignored,
            value=value,
            failure=failure if end.status == "failed" else None,
        )
        # As one string a long text with an emoji in it takes four times its UTF-8.
        object.__setattr__(generation, "_parts", transcript.text_parts)
        object.__delattr__(generation, "text")
        return generation

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name != "text":
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            object.__setattr__(self, "text", str(self._parts))
            return self.text

    @property
    def text_parts(self) -> Iterable[str]:
        """`text` in parts of a moderate size."""
        try:
            return self._parts
        except AttributeError:
            return cut(self.text)

    @property
    def code(self) -> CodeBlocks:
        """The fenced code blocks of the text, in order; `str()` of it is all of them joined."""
        return code_blocks(self.text)

    @property
    def partial(self) -> Any:
        """What the JSON in the text says as far as it came, unchecked; None where there is none.
        Also of an answer that was cut off."""
        return partial_json(json_so_far(self.text))

    def raise_for_status(self) -> Generation:
        """Itself if the answer is complete or truncated; else raises its `failure`, or one of the
        same class of `errors`, or NbStreamError where it was cancelled."""
        if self.status == "cancelled":
            raise NbStreamError("The generation was cancelled.")
        if self.status == "failed":
            if self.failure is not None and self.failure.code == self.error_code:
                raise self.failure.with_traceback(None)
            raise of_code(
                self.error_code,
                self.error,
                provider=self.model.partition("/")[0],
                request_id=self.request_id or None,
            )
        return self

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        facts = [number_of(len(self.text), "character")]
        if self.code:
            facts.append(number_of(len(self.code), "code block"))
        if self.value is not None:
            kind = type(self.value).__name__
            facts.append(f"{'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}")
        facts.append(self.model)
        if self.error:
            facts.append(self.error)
        return f"<Generation {self.status}: {', '.join(facts)}>"

    def _repr_markdown_(self) -> str:
        from .harmless import safe_markdown

        text = self.text
        if self.value is not None:
            text = f"~~~~~~~~json\n{text.strip()}\n~~~~~~~~"
        return safe_markdown(text)
