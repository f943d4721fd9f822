"""What `%config NbStream` and ipython_config.py can set."""

# traitlets and IPython are typed only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, cast, get_args

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics
from traitlets import (
    Bool,
    Dict,
    Enum,
    Float,
    Int,
    List,
    TraitError,
    Unicode,
    default,
    validate,
)
from traitlets.config import Config

from ..errors import NbStreamError
from ..formats import Format

_FILLED = (
    *("max_tokens", "system", "format", "budget", "max_seconds", "max_idle_seconds", "retries"),
    *("max_retry_seconds", "on_drop", "secrets"),
)


class Configured(Magics):
    """Magics whose settings are taken from the user's files one by one: a wrong one is told in a
    sentence and stays as it was, and the others hold."""

    def __init__(self, shell: InteractiveShell, **traits: Any) -> None:
        name = type(self).__name__
        own: dict[str, Any] = dict(shell.config.get(name, {}))
        rest = deepcopy(shell.config)
        rest.pop(name, None)
        super().__init__(shell, config=rest, **traits)
        for trait in sorted(own, key=lambda name: name not in self.first):
            try:
                self.update_config(Config({name: {trait: own[trait]}}))
            except TraitError as error:
                print(f"{name}.{trait} is left out: {error}", file=sys.stderr)

    first: tuple[str, ...] = ()
    """The settings that others are checked by."""


class Settings(Configured):
    """The settings, and how each is checked."""

    first = ("aliases",)

    model = Unicode(
        "", help="The model of cells that name none: provider/model, an alias, or a | b."
    ).tag(config=True)
    aliases = Dict(
        help="Names of your own for models: {'fast': 'openai/gpt-6-luna'}, or with a server's"
        " address and the environment variable that holds its key: {'house': {'model':"
        " 'openai-chat/m', 'base_url': 'http://host:8080/v1', 'api_key_name': 'HOUSE_KEY'}}."
    ).tag(config=True)
    system = Unicode(
        None, allow_none=True, help="The instructions of cells that have no --system."
    ).tag(config=True)
    format = Enum(
        get_args(Format), "markdown", help="The form of answers of cells that have no -f."
    ).tag(config=True)
    chat = Unicode(
        "", help="The conversation that cells go on with; empty: none, each stands for itself."
    ).tag(config=True)
    chat_messages = Int(
        min=0, help="How many earlier messages of a conversation are sent at most."
    ).tag(config=True)
    chat_tokens = Int(min=0, help="About how many tokens the earlier messages are at most.").tag(
        config=True
    )
    budget = Unicode(
        None,
        allow_none=True,
        help="The most that values and attachments may take, as --budget has it: '100k' characters,"
        " '20000t' tokens.",
    ).tag(config=True)
    max_tokens = Int(
        None, allow_none=True, help="The longest answer in tokens of cells that do not say."
    ).tag(config=True)
    max_seconds = Float(None, allow_none=True, help="The longest answer in seconds.").tag(
        config=True
    )
    max_idle_seconds = Float(
        None, allow_none=True, help="The longest silence in seconds; None: 300."
    ).tag(config=True)
    retries = Int(None, allow_none=True, help="Attempts after a failed one; None: 3.").tag(
        config=True
    )
    max_retry_seconds = Float(
        None,
        allow_none=True,
        help="No attempt begins later than so long after the first; None: 300.",
    ).tag(config=True)
    on_drop = Enum(
        ("continue", "restart", "stop"),
        None,
        allow_none=True,
        help="What follows an answer that broke off; None: continue where the provider can.",
    ).tag(config=True)
    limits = Dict(
        help="How many streams go to a provider at once and how many begin in a minute; others"
        " wait in sight: {'openai': {'streams': 2, 'per_minute': 30}}."
    ).tag(config=True)
    prices = Dict(
        help="What tokens cost by provider/model, in US dollars for a million:"
        " {'openai/gpt-6-sol': {'input': 2, 'output': 10, 'cached': 0.2}}."
    ).tag(config=True)
    secrets = Enum(
        ("warn", "refuse", "ignore"),
        "warn",
        help="What to do about keys and passwords in what would be sent: warn, refuse, or ignore.",
    ).tag(config=True)
    image_hosts = List(
        Unicode(),
        help="Hosts from which the live output loads images, over https: ['images.example.org'],"
        " or '*.example.org' with its subdomains. All other images are links.",
    ).tag(config=True)
    smooth = Bool(
        True, help="Let text grow evenly from batch to batch; off: show each batch as it comes."
    ).tag(config=True)

    def fill(self, flags: Namespace) -> None:
        """Set what the cell does not say."""
        for name in _FILLED:
            if getattr(flags, name) is None:
                setattr(flags, name, getattr(self, name))

    @default("chat_messages")
    def _messages_at_most(self) -> int:
        from ..history import MAX_MESSAGES

        return MAX_MESSAGES

    @default("chat_tokens")
    def _tokens_at_most(self) -> int:
        from ..history import MAX_TOKENS

        return MAX_TOKENS

    @validate("model")
    def _model_named(self, proposal: Mapping[str, Any]) -> Any:
        def check(model: str) -> None:
            from ..choice import alternatives

            if model:
                alternatives(model)

        return _checked(proposal, check)

    @validate("chat")
    def _chat_named(self, proposal: Mapping[str, Any]) -> Any:
        from .chat import checked

        return _checked(proposal, checked)

    @validate("budget")
    def _budget_read(self, proposal: Mapping[str, Any]) -> Any:
        from ..context.budget import characters

        return _checked(proposal, characters)

    @validate("max_tokens", "max_seconds", "max_idle_seconds", "retries", "max_retry_seconds")
    def _option_read(self, proposal: Mapping[str, Any]) -> Any:
        from .. import options as opts

        def check(value: Any) -> None:
            option = cast(opts.Options, {proposal["trait"].name: value})
            opts.request("…", "…", option)
            opts.limits(option)
            opts.retry(option)

        return _checked(proposal, check)

    @validate("image_hosts")
    def _hosts_named(self, proposal: Mapping[str, Any]) -> list[str]:
        from .reader import image_hosts

        return list(_read(proposal, image_hosts))

    @validate("prices")
    def _prices_named(self, proposal: Mapping[str, Any]) -> Any:
        from ..costs import configure

        return _checked(proposal, configure)

    @validate("limits")
    def _limits_named(self, proposal: Mapping[str, Any]) -> Any:
        from ..gates import configure

        return _checked(proposal, configure)

    @validate("aliases")
    def _aliases_named(self, proposal: Mapping[str, Any]) -> Any:
        from ..aliases import configure

        return _checked(proposal, configure)


def _checked(proposal: Mapping[str, Any], check: Callable[[Any], object]) -> Any:
    """The value as it was set. Raises TraitError, as `_read` does."""
    _read(proposal, check)
    return proposal["value"]


def _read(proposal: Mapping[str, Any], read: Callable[[Any], Any]) -> Any:
    """What `read` makes of the value. Raises TraitError, upon which traitlets leaves the setting as
    it was."""
    try:
        return read(proposal["value"])
    except NbStreamError as error:
        raise TraitError(str(error)) from None
