"""An API key on its way from the user to the request."""

from __future__ import annotations

from collections.abc import Callable


class ApiKey:
    """A key that nothing shows by accident: its repr is `…`, no attribute holds it, and a pickle or
    a copy into another process has an empty one. `reveal` is for the request alone."""

    __slots__ = ("reveal",)

    def __init__(self, key: str | ApiKey | None = None) -> None:
        text = key.reveal() if isinstance(key, ApiKey) else (key or "").strip()
        # In a closure: neither vars() nor a traceback with locals looks there.
        self.reveal: Callable[[], str] = lambda: text

    def __bool__(self) -> bool:
        return bool(self.reveal())

    def __eq__(self, other: object) -> bool:
        text = other.reveal() if isinstance(other, ApiKey) else other
        return self.reveal() == text

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __repr__(self) -> str:
        return "…"

    def __copy__(self) -> ApiKey:
        return self

    def __deepcopy__(self, _memo: object) -> ApiKey:
        return self

    def __reduce__(self) -> tuple[type[ApiKey], tuple[()]]:
        return ApiKey, ()
