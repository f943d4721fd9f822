"""What a whole answer must come to, and what follows where it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .errors import InvalidAnswer
from .events import End
from .misfit import Misfit, Unchecked
from .request import Message, Request
from .schema import Schema
from .transcript import Transcript

CAUSE = "invalid answer"
"""Why the text is dropped, in a few words; a notice before it says more."""

TRIES = 2
"""How often an answer that does not fit is asked for again, unless said."""


class Wanted:
    """The answers of one stream as `schema` wants them: `value` is what the last came to."""

    def __init__(self, schema: Schema | None = None, tries: int = TRIES) -> None:
        self.schema = schema
        self.tries = tries
        self.value: Any = None
        self._is_checked = True

    async def misfit(self, end: End, said: Transcript) -> str:
        """What is wrong with the answer that ended so; '' where it is right, or none is wanted."""
        self.value, self._is_checked = None, True
        if self.schema is None or end.status not in ("complete", "truncated"):
            return ""
        try:
            self.value = await self.schema.checked_value(said.text)
        except Misfit as misfit:
            self._is_checked = not isinstance(misfit, Unchecked)
            # One that was cut at a limit would be cut there again, and says so itself.
            return "" if end.status == "truncated" else str(misfit)
        return ""

    def is_asked_again(self, asked: int, end: End) -> bool:
        """Whether an answer that does not fit is followed by another after `asked` of them; a
        model that declined would decline again, and what took too long to check may again."""
        return self._is_checked and asked <= self.tries and end.stop_reason != "refusal"

    def notice(self, misfit: str, asked: int) -> str:
        """The sentence for an answer that is asked for again."""
        return f"{self._sentence(misfit)} Asked again with that ({asked} of {self.tries})."

    def failure(self, misfit: str, provider: str, said: Transcript) -> InvalidAnswer:
        """The failure where it is not asked for again."""
        sentence = self._sentence(misfit)
        if not said.text_parts.is_blank:
            sentence = f"{sentence.removesuffix('.')}; its text is kept."
        return InvalidAnswer(sentence, provider=provider)

    def _sentence(self, misfit: str) -> str:
        what = "does not fit" if self._is_checked else "could not be checked against"
        return f"The answer {what} {self._name}: {misfit.rstrip('.')}."

    @property
    def _name(self) -> str:
        return self.schema.name if self.schema is not None else ""


def asked_again(request: Request, text: str, misfit: str) -> Request:
    """The request with the answer that does not fit, and what is wrong with it."""
    if not text.strip():  # which no provider takes
        return request
    wrong = (
        f"That does not fit: {misfit.rstrip('.')}. Answer again with the whole JSON value, put"
        " right, and nothing else."
    )
    more = (Message("assistant", text), Message("user", wrong))
    return replace(request, messages=(*request.messages, *more))
