"""`%%generate`: what a person types in a cell, and the sentence they get if it cannot be done."""

# IPython types its magics only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from IPython.core.magic import cell_magic, magics_class
from IPython.core.magic_arguments import argument, kwds, magic_arguments

from ..formats import Format
from .settings import Settings
from .told import told

# What a cell needs is imported with the first cell: `%load_ext` stands in every notebook.
if TYPE_CHECKING:
    from .background import Background


@magics_class
class NbStream(Settings):
    """`%%generate`, and what `%config NbStream` can set."""

    @magic_arguments()
    @argument(
        "model",
        nargs="*",
        help="provider/model or provider:model, for example anthropic/claude-sonnet-5-5,"
        " openai/gpt-6-sol, local/smollm2, replay/recording.ndjson; openai-chat/… with --base-url"
        " for any server that speaks that API. None: %%config NbStream.model, else the first"
        " provider whose key is set, else the local model. Several with | between: the next is"
        " asked when one is out.",
    )
    @argument("-o", "--output", metavar="NAME", help="Put the Generation into this variable.")
    @argument(
        "-f",
        "--format",
        choices=(*get_args(Format), "md"),
        help="What is asked for and shown: code (the prose stays in the output, the code is in"
        " .code, and a notice says if it does not parse), text as it is, json (checked), html in a"
        " frame that can run and load nothing, math.",
    )
    @argument(
        "--schema",
        metavar="NAME",
        help="What the answer must be: a pydantic model, a dataclass, a TypedDict or a JSON Schema"
        " in this variable (or list[NAME]), or in a .json file. The result's .value is an instance;"
        " an answer that does not fit is asked for again.",
    )
    @argument(
        "--schema-tries",
        type=int,
        metavar="N",
        help="How often an answer that does not fit is asked for again (default 2).",
    )
    @argument(
        "--insert",
        action="store_true",
        help="Put the answer's Python code into a new cell below.",
    )
    @argument("--replace", action="store_true", help="Put it into this cell.")
    @argument(
        "--background",
        action="store_true",
        help="Go on while other cells run: the cell's value (or NAME of -o) can be awaited and has"
        " .text, .status, .cancel() and .result(); nbstream.running are all of them.",
    )
    @argument("--keep", action="store_true", help="Leave the live output beside what stays.")
    @argument(
        "--smooth",
        choices=("on", "off"),
        help="Let text grow evenly from batch to batch (the default), or show each as it comes.",
    )
    @argument(
        "--allow-images",
        action="append",
        metavar="HOST",
        help="Load images from this host, over https, instead of linking them (repeatable);"
        " *.HOST with its subdomains. Holds for the live output alone, and is not saved.",
    )
    @argument(
        "--with",
        dest="things",
        nargs="+",
        action="extend",
        metavar="THING",
        help="Attach variables (DataFrames, arrays, figures, functions, classes, modules, any"
        " value), files and globs, cells as In[3] or In[2:5], or Err, the last traceback. After"
        " the model; repeatable.",
    )
    @argument(
        "--no-interpolate",
        dest="interpolate",
        action="store_false",
        help="Send all braces as they stand: none becomes a value.",
    )
    @argument(
        "--budget",
        metavar="N",
        help="The most that values and attachments may take, in characters, or with a t in tokens"
        " (40000, which is about 10000t); what is cut is said.",
    )
    @argument(
        "--chat",
        nargs="?",
        const="main",
        metavar="NAME",
        help="Go on with this conversation (main, where none is named): what was said before is"
        " sent too. %%config NbStream.chat = 'main' does it for every cell.",
    )
    @argument("--no-chat", dest="chat", action="store_const", const="", help="Not this cell.")
    @argument(
        "--dry-run",
        action="store_true",
        help="Show exactly what would be sent, and about how many tokens it is; send nothing.",
    )
    @argument("--record", metavar="FILE", help="Also write the stream to a file, for replay/FILE.")
    @argument("--system", metavar="TEXT", help="Instructions that come before the prompt.")
    @argument("--max-tokens", type=int, metavar="N", help="The longest answer, in tokens.")
    @argument("--temperature", type=float, metavar="X", help="How freely words are chosen.")
    @argument("--top-p", type=float, metavar="X", help="Choose among the likeliest words only.")
    @argument("--stop", action="append", metavar="TEXT", help="Stop before this text (repeatable).")
    @argument("--seed", type=int, metavar="N", help="Choose the same way again, where it can be.")
    @argument("--effort", metavar="WORD", help="How much to think: low, medium, high, …")
    @argument("--extra", action="append", metavar="KEY=JSON", help="Any other request field.")
    @argument("--base-url", metavar="URL", help="The address of a server of your own.")
    @argument("--api-key-name", metavar="VAR", help="The environment variable with the key.")
    @argument("--max-seconds", type=float, metavar="S", help="Stop after so many seconds.")
    @argument("--max-chars", type=int, metavar="N", help="Stop after so many characters.")
    @argument("--max-idle-seconds", type=float, metavar="S", help="The longest silence (300).")
    @argument("--retries", type=int, metavar="N", help="Attempts after a failed one (default 3).")
    @argument(
        "--max-retry-seconds",
        type=float,
        metavar="S",
        help="No attempt begins later than so long after the first (default 300).",
    )
    @argument(
        "--on-drop",
        choices=("continue", "restart", "stop"),
        help="What follows an answer that broke off; default: continue where the provider can.",
    )
    @argument(
        "--secrets",
        choices=("warn", "refuse", "ignore"),
        help="What to do about keys in what would be sent; default: warn.",
    )
    @kwds(usage="%%generate [MODEL] [FLAGS]\n  the prompt, on the lines below")
    @cell_magic
    def generate(self, line: str, cell: str) -> Background | None:
        """Send the cell to a language model and show the answer while it is being written.

        `{name}`, `{df.shape}`, `{cfg['x']}`, `{In[3]}`, `{Out[3]}` and `{Err}` in the prompt become
        their values, each a chip above the answer; all other braces stay as they are, with
        `--no-interpolate` all. `--with df notes.md` attaches what is too
        long for that, `--dry-run` shows the whole of what would be sent.

        Cancel with the button, Esc in the output, or the interrupt (■, I I, Ctrl-C): what came is
        kept. `-o answer` puts the result into `answer`: `answer.text`, `answer.code` (the fenced
        blocks), `.status`, `.usage`, `.model`, `.metrics`, and with `--schema Recipe` a Recipe as
        `answer.value`. The last one, cancelled and failed ones too, is always in `nbstream.last`.
        """
        with told():
            from .flags import asks_for_help, parsed, parser_of

            # Not IPython's `parse_argstring`, which leaves the quotes around what is quoted.
            parser = parser_of(self.generate)
            if asks_for_help(line):
                print(parser.format_help())
                return None
            flags = parsed(parser, line, "`%%generate --help` explains every flag.")
            from .asked import generate

            return generate(self, flags, cell)
