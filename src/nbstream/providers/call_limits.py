"""How many tools one answer may call, and with how much. No I/O."""

from __future__ import annotations

from ..errors import ProtocolBroken
from ..events import ToolCallDelta

_MOST_CALLS = 256
_LONGEST_NAME = 256
_LONGEST_ID = 1024
_MOST_CHARACTERS = 4_000_000


class CallLimits:
    """One answer's calls, counted."""

    def __init__(self) -> None:
        self._characters = 0

    def check(self, call: ToolCallDelta, provider: str) -> None:
        """Raises ProtocolBroken where the answer has more calls than any would, or larger ones."""
        self._characters += len(call.arguments)
        if call.index >= _MOST_CALLS:
            what = f"calls more than {_MOST_CALLS} tools"
        elif len(call.name) > _LONGEST_NAME or len(call.id) > _LONGEST_ID:
            what = f"calls a tool by a name or id of more than {_LONGEST_NAME} characters"
        elif self._characters > _MOST_CHARACTERS:
            what = f"calls tools with more than {_MOST_CHARACTERS:,} characters"
        else:
            return
        raise ProtocolBroken(
            f"The answer of {provider} {what}, which was not read on; what came so far is kept.",
            provider=provider,
        )
