"""The widget: its traits, and its methods, which are what its buttons do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Unpack

import anywidget
import traitlets

from ...choice import alternatives
from ...context.attach import attach
from ...errors import ModelNotFound, UsageError
from ...generation import Generation
from ...history import MAX_MESSAGES, MAX_TOKENS, History
from ...options import Options, request, seal
from ...transcript import Transcript
from ..background import Background
from ..loop import background_loop
from ..page_widget import PageLayout, PageWidget
from ..runtime import stub
from ..variables import variables
from ..wait import opt_out_of_subshell_routing
from . import choices
from .page import Page
from .permissions import PARAMETERS, Permissions, interpolated
from .talk import Talk, get_ipython
from .turns import Turn, history

# What the page is told of and cannot set, also where a link in the page would.
_FIXED = ("status", "progress", "text", "value")


def _for_bars(fraction: float | None, _: Any) -> float:
    return fraction or 0.0


class WrongParameter(UsageError, traitlets.TraitError):
    """A value that a parameter cannot have."""


class WrongModel(ModelNotFound, traitlets.TraitError):
    """A model that there is not."""


class Generator(PageWidget, anywidget.AnyWidget):
    """A prompt box with its conversation: type, attach, generate, cancel, ask again.

    `model`, `system`, `max_tokens`, `temperature`, `top_p`, `effort` and `seed` are traits that
    hold for the next prompt; None is as the provider has it. Other options of `nbstream.generate`
    hold for all prompts. With each prompt the newest earlier exchanges are sent that are together
    at most `max_messages` messages and about `max_tokens_sent` tokens.

    A page is whoever sees it. `models` are those that it may choose (unless said the given one, its
    provider's and your aliases, none on this machine), `show` what it sees and sets, of "model",
    the parameters, "attach" and "events" (unless said all but "system"). Braces in a prompt are
    variables with `interpolate=True`, or those of a list of names alone. Python may do all.

    Traits to observe and to link, set while an answer comes (on the thread it comes on):

    status: `idle` before the first prompt, then `waiting`, `streaming`, and how it ended.
    text: the answer so far.
    progress: in [0, 1], 1 only for a complete answer; None while nothing measures it, which
        is 0 for what is linked in the page.
    value: the last `Generation` that has ended, None before the first.
    """

    model: Any = traitlets.Any(None, allow_none=True).tag(sync=True)
    system: Any = traitlets.Any(None, allow_none=True)
    max_tokens: Any = traitlets.Any(None, allow_none=True).tag(sync=True)
    temperature: Any = traitlets.Any(None, allow_none=True).tag(sync=True)
    top_p: Any = traitlets.Any(None, allow_none=True).tag(sync=True)
    effort: Any = traitlets.Any(None, allow_none=True).tag(sync=True)
    seed: Any = traitlets.Any(None, allow_none=True).tag(sync=True)

    status = traitlets.Unicode("idle", read_only=True).tag(sync=True)
    # A bar that is linked in the page takes numbers alone.
    progress: Any = traitlets.Float(None, allow_none=True, read_only=True).tag(
        sync=True, to_json=_for_bars
    )
    # For jslink, which takes no others, marked as synchronised: the page sets them itself.
    text = traitlets.Unicode("", read_only=True).tag(sync=True)
    value: Any = traitlets.Any(None, allow_none=True, read_only=True).tag(sync=True)

    # Set by the page when it has heard of an end: marimo runs the cells that use a widget when the
    # page changes one of its traits, and for nothing else.
    _heard = traitlets.Unicode("").tag(sync=True)
    _made = False

    def __init__(
        self,
        *,
        model: str | None = None,
        models: Sequence[str] | None = None,
        show: Collection[str] | None = None,
        interpolate: bool | Sequence[str] = False,
        max_messages: int = MAX_MESSAGES,
        max_tokens_sent: int = MAX_TOKENS,
        **options: Unpack[Options],
    ) -> None:
        seal(options)
        if model is None and models is not None and not isinstance(models, str):
            model = next(iter(models), None)
        self._permissions = Permissions.of(model, models, show)
        chosen: dict[str, Any] = {"model": model, **options}
        traits = {name: chosen.pop(name, None) for name in ("model", *PARAMETERS)}
        request("-", "-", Options(**chosen))  # what is wrong is said now
        self._options = chosen
        # Without a model they are for the one that is asked now, whatever is chosen later.
        self._given = model or choices.default() or None
        self._page = Page(self._post, self._permissions)
        self._talk = Talk(
            changed=self._tell,
            send=self._page.stream,
            shown=self._show,
            max_messages=max_messages,
            max_tokens=max_tokens_sent,
            interpolate=interpolated(interpolate),
        )
        super().__init__(_esm=stub("generator-stub"), layout=PageLayout(), **traits)
        opt_out_of_subshell_routing(self, outlives_cell=True)
        self.observe(lambda _: self._tell(), ["model", *PARAMETERS])  # pyright: ignore
        self._made = True

    # What the buttons do

    def generate(self, prompt: str) -> Background:
        """Send a prompt, with what is attached and what was said before; returns at once. `await`
        what it returns, or take its `.result()`.

        Raises what `nbstream.generate` raises, and UsageError while an answer is being written.
        """
        return self._talk.ask(prompt, self.model, self._chosen)

    def cancel(self) -> None:
        """End the answer that is being written; what came is kept."""
        self._talk.cancel()

    def retry(self, turn: int | str = -1) -> Background:
        """Ask the `turn`th prompt (from 0, the last is -1) again, in place of its answer and of all
        that came after it."""
        return self._talk.retry(self._turn(turn), self.model, self._chosen)

    def edit(self, prompt: str, turn: int | str = -1) -> Background:
        """Ask `prompt` in place of the `turn`th, of its answer and of all that came after it."""
        return self._talk.edit(self._turn(turn), prompt, self.model, self._chosen)

    def delete(self, turn: int | str = -1) -> None:
        """Forget the `turn`th prompt and its answer."""
        self._talk.delete(self._turn(turn))

    def clear(self) -> None:
        """Forget them all."""
        self._talk.clear()

    def undo(self) -> None:
        """Bring back what the last `retry`, `edit`, `delete` or `clear` took away."""
        self._talk.undo()

    def attach(self, *things: str) -> None:
        """Attach to the next prompt what `--with` takes: the names of variables, files and globs,
        modules, cells. Raises UsageError."""
        for piece in attach(things, variables(get_ipython())):
            self._talk.uploads.add(f"py-{piece.name}", piece)
        self._tell()

    def detach(self, name: str) -> None:
        """Take away what is attached by that name."""
        for upload in (*self._talk.uploads.whole, *self._talk.uploads.arriving):
            if name in (upload.name, upload.id):
                self._talk.uploads.drop(upload.id)
        self._tell()

    def set(self, name: str, value: Any) -> None:
        """Set a parameter or the model. Raises NbStreamError."""
        if name not in ("model", *PARAMETERS):
            raise UsageError(f"A Generator has no {name!r} to set.")
        setattr(self, name, None if value == "" else value)

    # What there is

    @property
    def generations(self) -> tuple[Generation, ...]:
        """The answers so far, oldest first."""
        return tuple(t.generation for t in self._talk.turns if t.generation is not None)

    @property
    def history(self) -> History:
        """What was said, as `nbstream.Conversation` keeps it."""
        return history(self._talk.turns)

    @property
    def attached(self) -> tuple[str, ...]:
        """The names of what goes with the next prompt."""
        return tuple(upload.name for upload in self._talk.uploads.whole)

    @property
    def server(self) -> dict[str, Any]:
        """The `base_url` and `api_key` that go with the model: those given with the first one, for
        other models of its provider too. Raises ModelNotFound."""
        given = {name: self._options.get(name) for name in ("base_url", "api_key")}
        return given if choices.is_at(self.model, self._given) else dict.fromkeys(given)

    @property
    def parameters(self) -> dict[str, Any]:
        """What holds for the next prompt, but for the model."""
        return {name: getattr(self, name) for name in PARAMETERS}

    def close(self) -> None:
        """End what is being written, and leave nothing in the page."""
        if not self._made:  # ipywidgets also closes what could not be made
            return
        self.cancel()
        layout: Any = getattr(self, "layout")  # noqa: B009 - of no known type
        super().close()
        if layout is not None:
            layout.close()

    def __repr__(self) -> str:
        count = len(self.generations)
        answers = "1 answer" if count == 1 else f"{count} answers"
        named = f", {self.model}" if self.model else ""
        return f"<Generator {self.status}: {answers}{named}>"

    @traitlets.default("keys")
    def _synchronised(self) -> list[str]:
        hidden = {"model", *PARAMETERS} - self._permissions.show
        return [n for n in self.traits(sync=True) if n not in {"text", "value", *hidden}]

    def check_from_page(self, name: str, value: Any) -> None:
        """Raises UsageError for what is not the page's to set; the four that a link sets in the
        page are put right without a word."""
        if name == "_heard":
            if value not in ("", *(turn.id for turn in self._talk.turns)):
                raise UsageError("")
        elif name in _FIXED:
            raise UsageError("")
        else:
            self._permissions.check(name, value)

    @traitlets.validate("model")
    def _model_named(self, proposal: Mapping[str, Any]) -> str | None:
        model = proposal["value"]
        if model is None:
            return None
        try:
            alternatives(model)
        except ModelNotFound as error:
            raise WrongModel(str(error)) from None
        return model

    @traitlets.validate(*PARAMETERS)
    def _parameter(self, proposal: Mapping[str, Any]) -> Any:
        name = proposal["trait"].name
        try:
            asked = request("-", "-", Options(**{name: proposal["value"]}))
        except UsageError as error:
            raise WrongParameter(str(error)) from None
        return getattr(asked, name)

    @property
    def _chosen(self) -> Options:
        options: dict[str, Any] = {**self._options, **self.parameters, **self.server}
        return Options(**options)

    def _turn(self, which: int | str) -> Turn:
        if isinstance(which, str):
            return self._talk.turn(which)
        turns = self._talk.turns
        if not -len(turns) <= which < len(turns):
            raise UsageError(f"There is no exchange {which!r}; there are {len(turns)}.")
        return turns[which]

    def _show(self, transcript: Transcript, ended: Generation | None) -> None:
        """Bring the traits up to date; on the background loop."""
        progress = transcript.progress
        fraction = None if progress is None else progress.fraction
        traits: dict[str, Any] = {"text": transcript.text, "progress": fraction}
        if ended is not None:
            traits["progress"] = 1.0 if ended.status == "complete" else fraction
            traits["value"] = ended
        # The status last: whoever waits for it finds the others there.
        for name, value in {**traits, "status": transcript.status}.items():
            try:
                self.set_trait(name, value)
            except Exception as error:
                # An observer's own mistake: it is told, and the answer goes on.
                context = {"message": f"An observer of {name} failed.", "exception": error}
                background_loop().call_exception_handler(context)

    def _tell(self) -> None:
        self._page.tell(self, self._talk)

    def _post(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(content, buffers)  # pyright: ignore[reportUnknownMemberType]

    def take_from_page(self, content: dict[str, Any], buffers: Any) -> None:
        """A custom message of the page."""
        self._page.take(self, self._talk, content, buffers)
