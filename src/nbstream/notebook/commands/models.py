"""`%generate models`, `list`, `alias` and `dealias`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from difflib import get_close_matches
from typing import TypeVar

from traitlets import TraitError

from ... import providers
from ...aliases import Alias, all_aliases
from ...errors import UsageError
from ...known_models import models_of
from ...offered import default_provider, models
from ...providers import key_places
from ...providers.presets import PRESETS
from ...sinks.terminal import printable
from ..flags import key
from ..interrupt import Cancelled
from ..loop import background_loop
from ..settings import Settings
from ..wait import wait_until

T = TypeVar("T")


def offered(
    provider: str | None, configured: str, base_url: str | None, api_key_name: str | None
) -> str:
    """What a provider's server offers; it is asked."""
    provider = provider or default_provider(configured)
    names = _wait(models(provider, base_url=base_url, api_key=key(api_key_name)))
    count = "1 model" if len(names) == 1 else f"{len(names)} models"
    aliased = all_aliases().get(provider)
    named = provider if aliased is None else aliased.model.partition("|")[0].strip()
    named = named.partition("/")[0].partition(":")[0].lower()
    offers = f"{provider if aliased else named} offers {count}:"
    return printable("\n".join([offers, *(f"  {named}/{name}" for name in names)]))


def listing() -> str:
    """Every provider with its key's variable and its known models, then the aliases; nobody is
    asked."""
    lines = [(name, _key(name), _known(name)) for name in providers.names()]
    wide = [max(len(line[column]) for line in lines) for column in (0, 1)]
    rows = [f"  {a:<{wide[0]}}  {b:<{wide[1]}}  {c}".rstrip() for a, b, c in lines]
    aliased = [f"  {name}  {_meant(alias)}" for name, alias in all_aliases().items()]
    return printable("\n".join([
        "Providers, their keys, and the models known so far, each asked as PROVIDER/MODEL:", *rows,
        *(["Aliases:", *aliased] if aliased else []),
        "`%generate models PROVIDER` asks a provider's server what it offers.",
    ]))  # fmt: skip


def alias(
    settings: Settings, name: str, model: str, base_url: str | None, api_key_name: str | None
) -> str:
    """Call the model by that name, and say so. Raises UsageError."""
    meant = Alias(model, base_url, api_key_name)
    given = {"model": model, "base_url": base_url, "api_key_name": api_key_name}
    value = {field: each for field, each in given.items() if each is not None}
    _set(settings, {**settings.aliases, name: model if len(value) == 1 else value})
    return (
        f"{name} is {_meant(meant)}. To keep it, in ipython_config.py:"
        f" c.NbStream.aliases = {settings.aliases!r}"
    )


def dealias(settings: Settings, name: str) -> str:
    """Forget the name, and say so. Raises UsageError."""
    if name not in settings.aliases:
        near = get_close_matches(name, settings.aliases, n=1)
        there_are = ", ".join(settings.aliases) or "none"
        others = f"did you mean {near[0]}?" if near else f"there are: {there_are}."
        raise UsageError(f"There is no alias {name!r}; {others}")
    _set(settings, {each: of for each, of in settings.aliases.items() if each != name})
    return f"{name} is no alias any more."


def _set(settings: Settings, aliases: dict[str, object]) -> None:
    try:
        settings.aliases = aliases
    except TraitError as error:
        raise UsageError(str(error)) from None


def _meant(alias: Alias) -> str:
    at = f" at {alias.base_url}" if alias.base_url else ""
    by = f" with the key in {alias.api_key_name}" if alias.api_key_name else ""
    return f"{alias.model}{at}{by}"


def _key(provider: str) -> str:
    variables = providers.KEY_VARIABLES.get(provider, ())
    held = key_places.held(variables)
    if held.key:
        place = "" if held.place == key_places.ENVIRONMENT else f" ({held.place})"
        return f"{held.variable} set{place}"
    here = provider in PRESETS and "//localhost" in PRESETS[provider].base_url
    return f"{' or '.join(variables)} not set" if variables and not here else "no key needed"


def _known(provider: str) -> str:
    names = models_of(provider)
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _wait(work: Coroutine[object, object, T]) -> T:
    """The result of work on the background loop; an interrupt cancels it."""
    done = threading.Event()
    running = asyncio.run_coroutine_threadsafe(work, background_loop())
    running.add_done_callback(lambda _: done.set())
    if wait_until(done, on_interrupt=running.cancel) and running.cancelled():
        raise Cancelled
    return running.result()
