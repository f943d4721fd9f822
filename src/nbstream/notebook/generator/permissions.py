"""What the page of a Generator may choose and see. The owner's Python may do everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from ... import aliases
from ...choice import Chosen, alternatives
from ...errors import NbStreamError, UsageError
from .address import is_here
from .configured import configured

PARAMETERS = ("system", "max_tokens", "temperature", "top_p", "effort", "seed")
SHOWABLE = ("model", *PARAMETERS, "attach", "events")
_USUAL = frozenset(SHOWABLE) - {"system"}
_LONGEST_MODEL = 300
_LONGEST_TEXT = 100_000
_LARGEST = 2**63
# A path of the kernel's machine, which is for its owner to name.
_NEVER = "replay"


@dataclass(frozen=True, slots=True)
class Permissions:
    """`given` is the model the Generator was made with, `models` those that the page may choose
    (None: the given one, its provider's and the user's aliases), `show` what it sees and sets."""

    given: str | None
    models: tuple[str, ...] | None
    show: frozenset[str]

    @classmethod
    def of(cls, given: str | None, models: Any, show: Any) -> Permissions:
        """As the owner wrote them. Raises UsageError and ModelNotFound."""
        named = None if models is None else _names("models", models)
        for name in named or ():
            alternatives(name)
        shown = _USUAL if show is None else frozenset(_names("show", show))
        if unknown := sorted(shown - set(SHOWABLE)):
            raise UsageError(
                f"A Generator has no {unknown[0]!r} to show; there are: {', '.join(SHOWABLE)}."
            )
        return cls(given, named, shown)

    def check_shown(self, name: str, verb: str = "set") -> None:
        """Raises UsageError for what is not shown."""
        if name not in self.show:
            raise UsageError(f"The owner of this page does not let it {verb} {name[:40]!r}.")

    def check(self, name: str, value: Any) -> None:
        """Raises UsageError where the page may not set the model or a parameter to that."""
        if name not in ("model", *PARAMETERS):
            raise UsageError(f"A Generator has no {name[:40]!r} to set.")
        self.check_shown(name)
        if name == "model":
            self.check_model(value)
        elif isinstance(value, str) and len(value) > _LONGEST_TEXT:
            raise UsageError(f"{name} is at most {_LONGEST_TEXT:,} characters from a page.")
        elif isinstance(value, int) and abs(value) >= _LARGEST:
            raise UsageError(f"{name} is a number of at most 18 digits.")

    def check_model(self, model: Any) -> None:
        """Raises UsageError for a model that is not for the page to choose."""
        if model is not None and (not isinstance(model, str) or len(model) > _LONGEST_MODEL):
            raise UsageError("A model is named by a short text, provider/model.")
        if not self.allows(model):
            offer = f": choose {' or '.join(self.models)}" if self.models else ""
            raise UsageError(f"{(model or 'The default model')!r} is not offered here{offer}.")

    def allows(self, model: str | None) -> bool:
        """Whether the page may choose that; how it is written makes no difference."""
        try:
            if not model and not self.given:
                return True
            asked = _meant(model)
            offered = [one for name in self._named for one in _meant(name)]
            owned = {one.provider for one in _meant(self.given)}
        except NbStreamError:
            return False
        if all(one in offered for one in asked):
            return True
        if self.models is not None:
            return False
        from_alias = {
            one
            for name in (model or "").split("|")
            if aliases.find(name) is not None
            for one in _meant(name)
        }
        return all(
            one in offered
            or (
                one.provider != _NEVER
                and (
                    (one.base_url is None and one.provider in owned)
                    or (one in from_alias and not is_here(one))
                )
            )
            for one in asked
        )

    @property
    def _named(self) -> tuple[str | None, ...]:
        return (self.given, *(self.models or ()))


def interpolated(value: Any) -> bool | tuple[str, ...]:
    """Whether braces in a prompt are references, or the names that they may begin with. Raises
    UsageError."""
    return value if isinstance(value, bool) else _names("interpolate", value)


def _names(what: str, value: Any) -> tuple[str, ...]:
    names = (
        tuple(cast(Iterable[Any], value))
        if isinstance(value, Iterable) and not isinstance(value, str | bytes)
        else (None,)
    )
    if not all(isinstance(name, str) for name in names):
        raise UsageError(f"{what} must be a list of names, not {value!r}.")
    return cast(tuple[str, ...], names)


def _meant(model: str | None) -> list[Chosen]:
    return alternatives(model, configured=configured().model)
