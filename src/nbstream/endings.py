"""How a stream ended, as the End a person is told. Pure."""

from __future__ import annotations

import logging

from .errors import NbStreamError, Stalled, StreamDropped
from .events import End, Notice
from .provider import Stop
from .transcript import Transcript

_log = logging.getLogger(__name__)


def stopped(stop: Stop, max_tokens: int | None) -> End:
    """The provider said that this is all."""
    if not stop.truncated:
        return End("complete", stop.reason)
    error = f"The answer was cut at the model's limit ({stop.reason})."
    if max_tokens is not None and "context" not in stop.reason:
        error = f"The answer was cut at max_tokens={max_tokens}."
    return End("truncated", stop.reason, error, "max-tokens")


def emptiness(said: Transcript, stop: Stop) -> Notice | None:
    """What a reader is told who would wonder where the answer is."""
    if (
        not said.text_parts.is_blank
        or said.tool_calls
        or any(x.level == "warning" for x in said.notices)
    ):
        return None
    why = f" ({stop.reason})" if stop.reason else ""
    if said.reasoning.strip():
        return Notice("warning", f"The model thought and gave no answer{why}.")
    return Notice("warning", f"The model's answer is empty{why}.")


def cut(sentence: str) -> End:
    """A limit of ours was passed."""
    return End("truncated", error=sentence, code="limit")


def failed(error: Exception) -> End:
    """The provider failed, or nbstream did."""
    if isinstance(error, NbStreamError):
        request_id = error.request_id or ""
        return End("failed", error=str(error), code=error.code, request_id=request_id)
    _log.debug("A stream failed with a bug.", exc_info=error)
    kind = type(error).__name__
    return End("failed", error=f"nbstream failed with {kind}; please report it.", code="internal")


def number_of(count: float, unit: str) -> str:
    """For example ``1 second`` and ``2.5 seconds``."""
    amount = f"{count:,}" if isinstance(count, int) else f"{count:g}"
    return f"{amount} {unit}" if count == 1 else f"{amount} {unit}s"


def cause(error: NbStreamError) -> str:
    """The failure in a word or two, for example ``429``."""
    return error.code.replace("-", " ") if error.status is None else str(error.status)


def unfinished(provider: str) -> StreamDropped:
    """The stream is over and its terminal marker did not come."""
    return StreamDropped(
        f"{provider} ended the stream without saying that the answer is complete;"
        " run the cell again.",
        provider=provider,
    )


def late(seconds: float) -> End:
    """The limit of seconds was passed."""
    return cut(f"Stopped after the limit of {number_of(seconds, 'second')} (max_seconds).")


def silent(provider: str, seconds: float) -> Stalled:
    """Nothing came for so long."""
    return Stalled(
        f"{provider} said nothing for {number_of(seconds, 'second')}; run it again, or allow more"
        " with max_idle_seconds.",
        provider=provider,
    )
