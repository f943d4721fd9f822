"""What a provider says in one attempt, made into frames, as long as the limits allow it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from .characters import Characters, well_formed
from .endings import number_of
from .events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from .frame_writer import FrameWriter
from .limits import Allowance, Limits
from .provider import Ignored, Phase, ProviderEvent, Served, Stop
from .seam import Seam
from .transcript import Transcript
from .transforms import Chain, Transform, covering


class CutShort(Exception):
    """The answer passed a limit; `str()` is the sentence for a person."""


class Hearing:
    """Hears one stream, attempt after attempt; `served` is what the provider said of itself in
    the last of them.

    The characters of the text, of the reasoning and of the tool calls are limited each on their
    own: a model that thinks without end is no better than one that writes without end.
    """

    def __init__(
        self,
        out: FrameWriter,
        transcript: Transcript,
        limits: Limits,
        transforms: Sequence[Callable[[str], str] | Transform] = (),
    ) -> None:
        self._out = out
        self._transcript = transcript
        self._most = limits.max_chars
        self._transforms = transforms
        self.ignored = 0
        self.begin()

    def begin(self) -> None:
        """A new attempt begins, and goes on where the transcript is."""
        said = self._transcript
        self.served = Served()
        self._seam = Seam(said.text)
        self._before = said.usage
        self._is_counted = said.uncounted[0] == 0
        self._is_wholly_counted = said.is_wholly_counted
        self._text, self._reasoning = Characters(), Characters()
        self._changes = Chain(self._transforms)
        self._is_heard = self._is_over = False
        self._thoughts = Chain(covering(self._transforms))
        self._calls: dict[int, Chain] = {}
        self._text_left, self._reasoning_left = Allowance(self._most), Allowance(self._most)
        self._arguments_left = Allowance(self._most)
        self._text_left.take(said.text)
        self._reasoning_left.take(said.reasoning)

    async def take(self, said: ProviderEvent) -> None:
        """Pass on what was said. Raises CutShort."""
        self._is_heard = True
        match said:
            case TextDelta(text):
                await self._text_came(self._seam.take(self._text.take(text)))
            case ReasoningDelta(text):
                await self._reasoning_came(self._reasoning.take(text))
            case ToolCallDelta(_, arguments):
                await self._tool_call_came(said, well_formed(arguments))
            case Notice():
                await self._out.write(said)
            case Usage():
                await self._out.write(self._in_all(said))
            case Phase(name, detail):
                await self._out.enter(name, detail)
            case Served(model, request_id):
                known = self.served
                self.served = Served(model or known.model, request_id or known.request_id)
            case Ignored():
                self.ignored += 1
            case Stop():
                await self.finish()

    async def finish(self) -> None:
        """No more is coming: what was held back is said. Raises CutShort."""
        self._is_over = True
        try:
            await self._reasoning_came(self._reasoning.rest())
            await self._text_came(self._seam.take(self._text.rest()) + self._seam.rest())
        finally:
            await self._think(self._thoughts.rest())
            await self._say(self._changes.rest())
            for index, chain in self._calls.items():
                if held := chain.rest():
                    await self._out.write(ToolCallDelta(index, held))

    async def close(self) -> None:
        """Finish an attempt that was cancelled, cut or dropped: what was held back is not lost."""
        if self._is_heard and not self._is_over:
            with suppress(CutShort):
                await self.finish()

    def drop(self) -> None:
        """What this attempt said does not count, nor what was held back."""
        self._is_over = True

    async def _text_came(self, text: str) -> None:
        kept = self._text_left.take(text)
        await self._say(self._changes.take(kept))
        self._check(kept, text)

    async def _say(self, text: str) -> None:
        if text:
            await self._out.enter("writing")
            await self._out.write(TextDelta(text))
            await self._out.progress()

    async def _reasoning_came(self, text: str) -> None:
        kept = self._reasoning_left.take(text)
        await self._think(self._thoughts.take(kept))
        self._check(kept, text)

    async def _think(self, text: str) -> None:
        if text:
            await self._out.enter("thinking")
            await self._out.write(ReasoningDelta(text))
            await self._out.progress()

    async def _tool_call_came(self, delta: ToolCallDelta, arguments: str) -> None:
        kept = self._arguments_left.take(arguments)
        await self._out.enter("writing")
        if delta.index not in self._calls:
            self._calls[delta.index] = Chain(covering(self._transforms))
        arguments_now = self._calls[delta.index].take(kept)
        names = {"name": self._out.cleaned(delta.name), "id": self._out.cleaned(delta.id)}
        await self._out.write(replace(delta, arguments=arguments_now, **names))
        self._check(kept, arguments)

    def _in_all(self, usage: Usage) -> Usage:
        """With what the attempts before this one used, where they said it."""
        before = self._before
        if before == Usage() and self._is_wholly_counted:
            return usage
        return Usage(
            _sum(before.input_tokens, usage.input_tokens),
            _sum(before.output_tokens, usage.output_tokens) if self._is_counted else None,
            _sum(before.cached_input_tokens, usage.cached_input_tokens),
            _sum(before.reasoning_tokens, usage.reasoning_tokens),
            _cost(before, usage) if self._is_wholly_counted else None,
        )

    def _check(self, kept: str, text: str) -> None:
        if len(kept) < len(text):
            limit = number_of(self._most or 0, "character")
            raise CutShort(f"Stopped at the limit of {limit} (max_chars).")


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one + (other or 0)


def _cost(before: Usage, usage: Usage) -> float | None:
    """None where a part of it is not known."""
    earlier = 0.0 if before == Usage() else before.cost_usd
    return None if earlier is None or usage.cost_usd is None else earlier + usage.cost_usd
