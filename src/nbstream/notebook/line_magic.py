"""`%generate models`, `%generate history` and their like: what can be asked, and what was said."""

# IPython types its magics only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

from argparse import Namespace
from typing import Any

from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, kwds, magic_arguments

from ..errors import NbStreamError, UsageError
from .commands.named import COMMANDS, check, help_text
from .failed import UsageError as Mistake

# The modules of the commands are imported with the first of their kind: `%load_ext` is quick.


@magics_class
class NbStreamLine(Magics):
    """The line magic."""

    @magic_arguments()
    @argument(
        "what",
        nargs="?",
        default="help",
        help="; ".join(f"{f'{name} {words}'.rstrip()}: {does}" for name, (words, does)
                       in COMMANDS.items()),
    )  # fmt: skip
    @argument("of", nargs="*", metavar="WORD", help="As it stands behind each.")
    @argument("--chat", metavar="NAME", help="Which conversation: main unless said.")
    @argument("--base-url", metavar="URL", help="The address of a server of your own.")
    @argument("--api-key-name", metavar="VAR", help="The environment variable with the key.")
    @argument("--keyring", action="store_true", help="Keep the key in the system's keyring.")
    @kwds(usage="%%generate " + " | ".join(COMMANDS))
    @line_magic("generate")
    def generate(self, line: str) -> None:
        """See what can be asked, name models, set things, and look at the conversation of the cells
        with `--chat`, and keep it.

        To ask a model, write `%%generate` on the first line of a cell and the prompt below it.
        """
        try:
            what, _, rest = line.strip().partition(" ")
            if {what, *rest.split()} & {"-h", "--help"}:
                line = "help"
            elif what == "fix":
                self._fix(rest)
                return
            flags = self._flags(line)
            check(flags.what, flags.of)
            print(self._said(flags))
        except NbStreamError as error:
            raise Mistake(str(error)) from None

    def _flags(self, line: str) -> Namespace:
        from .flags import parsed, parser_of

        parser = parser_of(self.generate)
        return parsed(parser, line, "`%generate help` lists what there is.")

    def _said(self, flags: Namespace) -> str:
        what: str = flags.what
        words: list[str] = flags.of
        server = (flags.base_url, flags.api_key_name)
        if what == "help":
            return help_text()
        if what == "key":
            from .commands.key import enter

            return enter(words[0], keyring=flags.keyring)
        if what in ("config", "version"):
            from .commands.settings import settings_text, versions

            return versions() if what == "version" else settings_text(self._cells(), _first(words))
        if what in ("models", "list", "alias", "dealias"):
            from .commands.models import alias, dealias, listing, offered

            if what == "alias":
                return alias(self._cells(), words[0], words[1], *server)
            if what == "dealias":
                return dealias(self._cells(), words[0])
            if what == "list" and not words:
                return listing()
            return offered(_first(words), self._cells().model, *server)
        from .chat import MAIN, act

        return act(what, flags.chat or self._cells().chat or MAIN, _first(words))

    def _fix(self, line: str) -> None:
        from .fix import fix

        flags, prompt = fix(self.shell)
        # The model stands before the flags.
        self._cells().generate(f"{line} {flags}", prompt)

    def _cells(self) -> Any:
        manager = getattr(self.shell, "magics_manager", None)
        found = manager.registry.get("NbStream") if manager is not None else None
        if found is None:
            raise UsageError("Load nbstream first: `%load_ext nbstream`.")
        return found


def _first(words: list[str]) -> str | None:
    return words[0] if words else None
