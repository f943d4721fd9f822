"""What `--dry-run` shows: all that would be sent, as it would be, and nothing sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields

from ..endings import number_of
from ..events import Attachment, Notice
from ..request import Request
from .budget import about_tokens

_APART = {"model", "messages", "system", "extra", "schema"}


def preview(model: str, request: Request, opening: Sequence[Attachment | Notice]) -> str:
    """The request to `model` (provider/model) as text for a person."""
    schema = ""
    if request.schema is not None:
        schema = json.dumps(request.schema.schema, ensure_ascii=False)
    texts = [request.system or "", schema, *(turn.text for turn in request.messages)]
    images = [image for turn in request.messages for image in turn.images]
    tokens = sum(map(about_tokens, texts)) + sum(image.tokens for image in images)
    characters = sum(map(len, texts))
    counted = f"about {number_of(tokens, 'token')}, {number_of(characters, 'character')}"
    if images:
        counted += f", {number_of(len(images), 'image')}"
    lines = [f"Nothing was sent. To {model} would go {counted}."]
    lines += [f"- {_line(event)}" for event in opening]
    options = {
        field.name: getattr(request, field.name)
        for field in fields(request)
        if field.name not in _APART and getattr(request, field.name) not in (None, ())
    }
    options |= request.extra
    if options:
        named = (f"{name}={json.dumps(value, default=str)}" for name, value in options.items())
        lines.append(f"- {', '.join(named)}")
    if request.system is not None:
        lines += ["", "── system", request.system]
    if request.schema is not None:
        lines += ["", f"── schema {request.schema.name}", schema]
    for turn in request.messages:
        lines += ["", f"── {turn.role}", *(f"[{image!r}]" for image in turn.images), turn.text]
    return "\n".join(lines)


def _line(event: Attachment | Notice) -> str:
    if isinstance(event, Notice):
        return event.text
    size = f"{number_of(event.characters, 'character')}, " if event.characters else ""
    return f"{event.name} ({event.kind}): {size}about {number_of(event.tokens, 'token')}"
