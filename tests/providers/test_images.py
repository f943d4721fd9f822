"""Images of a message: each API's own form, and a provider that takes none."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest

from nbstream import api
from nbstream.errors import UsageError
from nbstream.request import Image, Message, Request
from tests.loopback import Answer, Loopback
from tests.providers.adapters import ADAPTERS, Adapter, gather

DATA = b"\x89PNG\xfb\xff\xfe and so on"
CODED = b64encode(DATA).decode()
IMAGE = Image(DATA, "image/png", 640, 480)
URL = f"data:image/png;base64,{CODED}"
MESSAGE = Message("user", "What is it?", (IMAGE,))

SENT: dict[str, list[dict[str, Any]]] = {
    "openai-chat": [
        {"type": "image_url", "image_url": {"url": URL}},
        {"type": "text", "text": "What is it?"},
    ],
    "openai-responses": [
        {"type": "input_image", "image_url": URL},
        {"type": "input_text", "text": "What is it?"},
    ],
    "anthropic": [
        {
            "type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": CODED},
        },
        {"type": "text", "text": "What is it?"},
    ],
    "google": [
        # As its SDK writes it; in the JSON form of protobuf both alphabets and both spellings hold.
        {"inlineData": {"mime_type": "image/png", "data": urlsafe_b64encode(DATA).decode()}},
        {"text": "What is it?"},
    ],
}


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_an_image_is_sent_before_the_text_in_the_apis_form(adapter: Adapter) -> None:
    async with Loopback(Answer([adapter.whole(["Fine."])])) as server:
        await gather(adapter.make(server.url), Request("some-model", (MESSAGE,)))
    body = server.requests[0].body
    turn = (body.get("messages") or body.get("input") or body.get("contents"))[-1]
    assert turn.get("content", turn.get("parts")) == SENT[adapter.name]


def test_a_provider_that_takes_none_is_not_asked() -> None:
    with pytest.raises(UsageError, match="local takes no images, and 1 would be sent"):
        api.prepare([MESSAGE], model="local")


def test_one_of_several_that_takes_none_is_left_out() -> None:
    session = api.prepare(
        [MESSAGE], model="local | openai-chat/m", base_url="http://127.0.0.1:9/v1"
    )
    assert session.model == "openai-chat/m"


def test_an_image_tells_its_size_and_not_its_data() -> None:
    assert repr(IMAGE) == "<Image image/png, 640 × 480>"
    assert IMAGE.tokens == 410
