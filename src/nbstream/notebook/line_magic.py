"""`%generate models`, `%generate history` and their like: what can be asked, and what was said."""

# IPython types its magics only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import asyncio
import threading
from argparse import Namespace
from collections.abc import Coroutine
from typing import Any, TypeVar

from IPython.core.error import UsageError as CellError
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, kwds, magic_arguments

from ..errors import NbStreamError, UsageError
from .failed import UsageError as Mistake
from .interrupt import Cancelled

T = TypeVar("T")

_CHAT = ("history", "reset", "fork", "save", "load")


@magics_class
class NbStreamLine(Magics):
    """The line magic."""

    @magic_arguments()
    @argument(
        "what",
        choices=["models", "fix", *_CHAT],
        help="models: what a provider's server offers. fix: asks a model, named and with flags as"
        " in a cell, why the last cell failed, and for the repaired one. Of the conversation that"
        " cells with --chat go on: history shows it, reset begins anew, fork NAME copies it, save"
        " FILE and load FILE keep it.",
    )
    @argument(
        "of",
        nargs="?",
        metavar="PROVIDER|NAME|FILE",
        help="For models a provider, for example ollama (none: the one that would be asked); for"
        " history and reset a conversation; for fork the new one's name.",
    )
    @argument("--chat", metavar="NAME", help="Which conversation: main unless said.")
    @argument("--base-url", metavar="URL", help="The address of a server of your own.")
    @argument("--api-key-name", metavar="VAR", help="The environment variable with the key.")
    @kwds(
        usage="%%generate models [PROVIDER] | fix [MODEL] [FLAGS] | history | reset | fork NAME"
        " | save FILE | load FILE"
    )
    @line_magic("generate")
    def generate(self, line: str) -> None:
        """List the models that a provider's server offers, each as `%%generate` takes it; look at
        the conversation of the cells with `--chat`, and keep it.

        To ask a model, write `%%generate` on the first line of a cell and the prompt below it.
        """
        try:
            what, _, rest = line.strip().partition(" ")
            if what == "fix":
                self._fix(rest)
                return
            flags = self._flags(line)
            if flags.what in _CHAT:
                self._chat(flags)
            else:
                self._models(flags)
        except NbStreamError as error:
            raise Mistake(str(error)) from None

    def _flags(self, line: str) -> Namespace:
        from .flags import words

        try:
            parser = self.generate.parser  # pyright: ignore[reportAttributeAccessIssue]
            return parser.parse_args(words(line))
        except (CellError, UsageError):
            raise UsageError(
                "Write `%generate models [PROVIDER]` to list models, `%generate history` to see a"
                " conversation, or `%%generate` on the first line of a cell to ask a model."
            ) from None

    def _models(self, flags: Namespace) -> None:
        from ..offered import default_provider, models
        from .flags import key

        configured = self._configured("model")
        provider = flags.of or default_provider(configured)
        asked = models(provider, base_url=flags.base_url, api_key=key(flags.api_key_name))
        names = _wait(asked)
        count = "1 model" if len(names) == 1 else f"{len(names)} models"
        provider = provider.partition("/")[0].partition(":")[0].lower()
        print("\n".join([f"{provider} offers {count}:", *(f"  {provider}/{n}" for n in names)]))

    def _chat(self, flags: Namespace) -> None:
        from .chat import MAIN, act

        named = flags.chat or self._configured("chat") or MAIN
        print(act(flags.what, named, flags.of))

    def _fix(self, line: str) -> None:
        from .fix import fix

        flags, prompt = fix(self.shell)
        # The model stands before the flags.
        self._cell_magics().generate(f"{line} {flags}", prompt)

    def _cell_magics(self) -> Any:
        manager = getattr(self.shell, "magics_manager", None)
        if manager is None:
            raise UsageError("Load nbstream first: `%load_ext nbstream`.")
        return manager.registry["NbStream"]

    def _configured(self, trait: str) -> str:
        magics = getattr(self.shell, "magics_manager", None)
        return getattr(magics.registry.get("NbStream"), trait, "") if magics else ""


def _wait(work: Coroutine[object, object, T]) -> T:
    """The result of work on the background loop; an interrupt cancels it."""
    from .loop import background_loop
    from .wait import wait_until

    done = threading.Event()
    running = asyncio.run_coroutine_threadsafe(work, background_loop())
    running.add_done_callback(lambda _: done.set())
    if wait_until(done, on_interrupt=running.cancel) and running.cancelled():
        raise Cancelled
    return running.result()
