"""The flags of `%%ai`: those of `%%generate`, and jupyter-ai's."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from IPython.core.magic_arguments import MagicArgumentParser

from ..errors import UsageError
from ..notebook.flags import parsed
from ..notebook.magic import NbStream
from .models import model

CONVERSATION = "ai"
"""Which `%%ai` goes on with."""

_PARAMETERS = re.compile(r"(?<!\S)(?:-m|--model-parameters)(?:\s+|=)(?P<quote>['\"]?)(?=\{)")
_OURS: Mapping[str, str] = {
    **{name: name for name in ("temperature", "max_tokens", "top_p", "stop", "seed", "base_url")},
    "api_base": "base_url",
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "max_retries": "retries",
    "max_tokens_to_sample": "max_tokens",
    "num_predict": "max_tokens",
    "openai_api_base": "base_url",
    "reasoning_effort": "effort",
    "request_timeout": "max_idle_seconds",
    "stop_sequences": "stop",
    "timeout": "max_idle_seconds",
}
_ALWAYS = ("stream", "streaming")
_IMAGES = (["-f", "image"], ["--format", "image"])
_SAGEMAKER = ("region_name", "request_schema", "response_path")


@cache
def parser() -> ArgumentParser:
    """What reads a line of `%%ai`, quick to make and made once."""
    made = MagicArgumentParser("ai", parents=[NbStream.generate.parser])  # pyright: ignore
    add: Any = made.add_argument
    add("-m", "--model-parameters", metavar="JSON")
    add("--api-base", dest="base_url", metavar="URL")
    add("-n", "--region-name")
    add("-q", "--request-schema")
    add("-p", "--response-path")
    add("--eval", action="store_true")
    add("-r", "--reset", action="store_true")
    add("--interpolate", action="store_true", default=True)
    return made


def read(line: str, default: str | None) -> Namespace:
    """The flags as `%%generate` has them, and `reset`. Raises UsageError."""
    rest, parameters = _cut_parameters(line)
    flags = parsed(parser(), rest, "`%ai help` lists what there is.", _formatted)
    _refuse(flags)
    if not flags.model and default:
        flags.model = [default]
    flags.model = [model(word) for word in flags.model]
    _apply(parameters, flags)
    if flags.chat is None:
        flags.chat = CONVERSATION
    if flags.format == "code" and not (flags.replace or flags.background):
        flags.insert = True
    return flags


def _formatted(typed: list[str]) -> list[str]:
    """The words, with a format in any case as it is written here. Raises UsageError for images."""
    read: list[str] = []
    for word in typed:
        is_format = word.startswith(("--format=", "-f")) or read[-1:] in (["-f"], ["--format"])
        read.append(word.lower() if is_format else word)
        if read[-1] in ("--format=image", "-fimage") or read[-2:] in _IMAGES:
            raise UsageError(
                "-f image: nbstream streams text and makes no images; ask for `-f html` with an SVG"
                " in it, or call the provider's image model from Python."
            )
    return read


def _refuse(flags: Namespace) -> None:
    for name in _SAGEMAKER:
        if getattr(flags, name) is not None:
            raise UsageError(
                f"--{name.replace('_', '-')} is for SageMaker endpoints, which nbstream does not"
                " speak to; a server that speaks chat completions is"
                " `%%ai openai-chat/MODEL --api-base URL`."
            )
    if flags.eval:
        raise UsageError(
            "--eval runs a prompt as code, which nbstream does not: run the code in a cell of its"
            " own and name its result in the prompt, as {Out[3]} or {name}."
        )


def _cut_parameters(line: str) -> tuple[str, dict[str, Any]]:
    """The line without `-m JSON`, and what the JSON says, which may have spaces and any quotes."""
    found = _PARAMETERS.search(line)
    if found is None:
        return line, {}
    try:
        value, end = json.JSONDecoder().raw_decode(line, found.end())
    except ValueError as error:
        raise _no_json(line[found.end() :], str(error)) from None
    rest = line[end:].removeprefix(found["quote"])
    return f"{line[: found.start()]} {rest}", cast(dict[str, Any], value)


def _apply(parameters: dict[str, Any], flags: Namespace) -> None:
    if flags.model_parameters is not None:
        raise _no_json(flags.model_parameters, "it is no object")
    extra: dict[str, Any] = {}
    for name, value in parameters.items():
        if name.lower().endswith(("api_key", "api_token", "password")):
            raise UsageError(
                f"-m {name}: a key stays out of the notebook; put it into an environment variable"
                " and name that with --api-key-name."
            )
        if name == "model_kwargs" and isinstance(value, dict):
            extra |= cast(dict[str, Any], value)
        elif name in _OURS:
            ours = _OURS[name]
            if getattr(flags, ours) is None:
                setattr(flags, ours, value)
        elif name not in _ALWAYS:
            extra[name] = value
    pairs = [f"{name}={json.dumps(value)}" for name, value in extra.items()]
    flags.extra = [*pairs, *(flags.extra or ())]


def _no_json(typed: str, why: str) -> UsageError:
    return UsageError(
        f"-m needs a JSON object, not {typed.strip()!r} ({why}): for example"
        ' -m {"temperature": 0.2}.'
    )
