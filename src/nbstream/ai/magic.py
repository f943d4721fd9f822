"""`%%ai` and `%ai`."""

# traitlets and IPython are typed only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import line_cell_magic, magics_class
from traitlets import Dict, Int, TraitError, Unicode, validate

from ..errors import NbStreamError
from ..notebook.line_magic import NbStreamLine
from ..notebook.magic import NbStream
from ..notebook.settings import Configured
from ..notebook.told import told
from .lines import HELP, is_command, translated

if TYPE_CHECKING:
    from ..notebook.background import Background

ALIASES = {
    "chatgpt": "openai-chat:gpt-3.5-turbo",
    "gpt4": "openai-chat:gpt-4",
    "openrouter-claude": "openrouter:anthropic/claude-3.5-sonnet:beta",
}
"""Those that jupyter-ai 2 brings, where nbstream has their provider."""


@magics_class
class AiMagics(Configured):
    """`%%ai` and `%ai`, and the settings that jupyter-ai has."""

    first = ("aliases", "initial_aliases")

    default_language_model = Unicode(
        None, allow_none=True, help="The model of %%ai cells that name none."
    ).tag(config=True)
    initial_language_model = Unicode(
        None, allow_none=True, help="The same, as jupyter-ai 3 calls it."
    ).tag(config=True)
    aliases = Dict(
        ALIASES, help="Names for models, which are added to NbStream.aliases: {'gpt4': 'openai:…'}."
    ).tag(config=True)
    initial_aliases = Dict(
        help="The same, as jupyter-ai 3 calls it: {'gpt4': {'target': 'openai/…'}}."
    ).tag(config=True)
    max_history = Int(
        2, min=0, help="How many earlier exchanges are sent with a prompt; 0: none."
    ).tag(config=True)

    def __init__(self, shell: InteractiveShell, **traits: Any) -> None:
        self._added: dict[str, Any] = {}
        super().__init__(shell, **traits)

    @line_cell_magic
    def ai(self, line: str, cell: str | None = None) -> Background | None:
        """`%%ai MODEL [-f FORMAT] [-m JSON] [FLAGS]` over a prompt asks a model; `%ai help` lists
        the rest. All flags of `%%generate` hold too."""
        with told():
            self._add_aliases()
            if cell is None or (not cell.strip() and is_command(line)):
                return self._line(line)
            return self._cell(line, cell)

    def _cell(self, line: str, cell: str) -> Background | None:
        from ..notebook.asked import generate
        from ..notebook.flags import asks_for_help
        from .flags import read

        if asks_for_help(line):
            print(HELP)
            return None

        flags = read(line, self.default_language_model or self.initial_language_model)
        if flags.reset:
            return self._reset()
        return generate(self._cells(), flags, cell, chat_messages=2 * self.max_history)

    def _line(self, line: str) -> Background | None:
        name, rest = translated(line, self._cells().aliases)
        if name == "help":
            print(HELP)
        elif name == "reset":
            self._reset()
        elif name == "fix":
            from ..notebook.fix import fix

            flags, prompt = fix(self.shell)
            return self._cell(f"{rest} {flags}", prompt)
        else:
            self._registry()[NbStreamLine.__name__].generate(f"{name} {rest}")
        return None

    def _reset(self) -> None:
        from ..conversation import named
        from .flags import CONVERSATION

        named(CONVERSATION).reset()
        print("The conversation begins anew.")

    @validate("default_language_model", "initial_language_model")
    def _model_named(self, proposal: Mapping[str, Any]) -> Any:
        from ..choice import alternatives
        from .models import model

        try:
            self._add_aliases()
            if proposal["value"]:
                alternatives(model(proposal["value"]))
        except NbStreamError as error:
            raise TraitError(str(error)) from None
        return proposal["value"]

    def complete(self) -> None:
        """Have IPython complete what is typed behind `%%ai` and `%ai`."""
        from ..notebook.completion.register import register
        from .lines import COMMANDS, SAME

        def parser() -> ArgumentParser:
            from .flags import parser

            self._add_aliases()
            return parser()

        assert self.shell is not None
        register(self.shell, "ai", parser, COMMANDS, SAME)

    def _add_aliases(self) -> None:
        """Those that were not added before: what is read for it is not loaded with the magics."""
        from .models import alias

        settings = self._cells()
        for name, value in {**self.aliases, **self.initial_aliases}.items():
            if self._added.get(name) == value:
                continue
            self._added[name] = value
            if name in settings.aliases and ALIASES.get(name) == value:
                continue
            try:
                settings.aliases = {**settings.aliases, name: alias(name, value)}
            except (NbStreamError, TraitError) as error:
                print(f"AiMagics.aliases: {name} is left out: {error}", file=sys.stderr)

    def _cells(self) -> NbStream:
        return self._registry()[NbStream.__name__]

    def _registry(self) -> dict[str, Any]:
        assert self.shell is not None
        return self.shell.magics_manager.registry
