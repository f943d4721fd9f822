"""`%generate models`: what can be asked."""

# IPython types its magics only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import asyncio
import threading
from argparse import Namespace
from collections.abc import Coroutine
from typing import TypeVar

from IPython.core.error import UsageError as CellError
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, kwds, magic_arguments

from ..errors import NbStreamError, UsageError
from .flags import key, words
from .interrupt import Cancelled
from .loop import background_loop
from .wait import wait_until

T = TypeVar("T")


@magics_class
class NbStreamLine(Magics):
    """The line magic."""

    @magic_arguments()
    @argument("what", choices=["models"], help="models: what a provider's server offers.")
    @argument("provider", nargs="?", help="For example ollama; none: the one that would be asked.")
    @argument("--base-url", metavar="URL", help="The address of a server of your own.")
    @argument("--api-key-name", metavar="VAR", help="The environment variable with the key.")
    @kwds(usage="%%generate models [PROVIDER] [FLAGS]")
    @line_magic("generate")
    def generate(self, line: str) -> None:
        """List the models that a provider's server offers, each as `%%generate` takes it.

        To ask a model, write `%%generate` on the first line of a cell and the prompt below it.
        """
        try:
            self._models(self._flags(line))
        except NbStreamError as error:
            # IPython shows this one as its sentence, without a traceback.
            raise CellError(str(error)) from None

    def _flags(self, line: str) -> Namespace:
        try:
            parser = self.generate.parser  # pyright: ignore[reportAttributeAccessIssue]
            return parser.parse_args(words(line))
        except (CellError, UsageError):
            raise UsageError(
                "Write `%generate models [PROVIDER]` to list models, or `%%generate` on the first "
                "line of a cell to ask one."
            ) from None

    def _models(self, flags: Namespace) -> None:
        from ..offered import default_provider, models

        configured = self._configured()
        provider = flags.provider or default_provider(configured)
        asked = models(provider, base_url=flags.base_url, api_key=key(flags.api_key_name))
        names = _wait(asked)
        count = "1 model" if len(names) == 1 else f"{len(names)} models"
        provider = provider.partition("/")[0].partition(":")[0].lower()
        print("\n".join([f"{provider} offers {count}:", *(f"  {provider}/{n}" for n in names)]))

    def _configured(self) -> str:
        magics = getattr(self.shell, "magics_manager", None)
        return getattr(magics.registry.get("NbStream"), "model", "") if magics else ""


def _wait(work: Coroutine[object, object, T]) -> T:
    """The result of work on the background loop; an interrupt cancels it."""
    done = threading.Event()
    running = asyncio.run_coroutine_threadsafe(work, background_loop())
    running.add_done_callback(lambda _: done.set())
    if wait_until(done, on_interrupt=running.cancel) and running.cancelled():
        raise Cancelled
    return running.result()
