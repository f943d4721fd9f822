"""Several models named: what can be known before anything is sent, and the real adapters."""

from __future__ import annotations

import pytest

import nbstream
from nbstream import api
from nbstream.errors import MissingKey
from tests.answers import DROP, STALL, Answer
from tests.loopback import Loopback
from tests.providers.adapters import ADAPTERS, Adapter, gather, left
from tests.speaking import chat_chunks


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_a_model_whose_key_is_missing_is_left_out_with_a_sentence(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    session = api.prepare("Hi", model="anthropic/a | openai-chat/b")
    assert session.model == "openai-chat/b"


def test_when_none_can_be_asked_the_first_ones_sentence_is_raised():
    with pytest.raises(MissingKey, match="ANTHROPIC_API_KEY"):
        api.prepare("Hi", model="anthropic/a | openai/b")


async def test_the_next_model_answers_where_the_first_ones_key_is_refused():
    before, spoken, after = chat_chunks(["Hello ", "you"])
    refused = Answer.json({"error": {"message": "Incorrect API key provided"}}, status=401)
    async with Loopback(refused, Answer([before, *spoken, after])) as server:
        result = await nbstream.generate(
            "Hi", model="openai-chat/a | openai-chat/b", base_url=f"{server.url}/v1", api_key="k"
        )
    assert (result.text, result.status, result.model) == ("Hello you", "complete", "openai-chat/b")


async def test_a_dropped_answer_is_continued_by_the_real_adapter():
    before, spoken, _ = chat_chunks(["Hello ", "you"])
    rest_before, rest, rest_after = chat_chunks(["you", " there"])
    async with Loopback(
        Answer([before, *spoken, DROP]), Answer([rest_before, *rest, rest_after])
    ) as server:
        result = await nbstream.generate(
            "Hi",
            model="openai-chat/a",
            base_url=f"{server.url}/v1",
            api_key="k",
            on_drop="continue",
        )
        sent = server.requests[1].body["messages"]
    assert sent[-1] == {"role": "assistant", "content": "Hello you"}
    assert (result.text, result.status) == ("Hello you there", "complete")


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_silent_server_is_a_stalled_stream_and_the_next_model_is_asked(adapter: Adapter):
    before, spoken, after = adapter.framed(["Hello"])
    url_end = "/v1" if adapter.name.startswith("openai") else ""
    whole = Answer([before, *spoken, after])
    async with Loopback(whole, Answer([before, STALL]), whole) as server:
        await gather(adapter.make(server.url))  # loads the SDK, which takes its time too
        result = await nbstream.generate(
            "Hi",
            model=f"{adapter}/a | {adapter}/b",
            base_url=server.url + url_end,
            api_key="k",
            retries=0,
            max_idle_seconds=0.5,
        )
        await left(server.requests[1])
    assert (result.text, result.model) == ("Hello", f"{adapter}/b")


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_stream_that_falls_silent_after_its_first_token_has_stalled(adapter: Adapter):
    before, spoken, after = adapter.framed(["Hello"])
    url_end = "/v1" if adapter.name.startswith("openai") else ""
    whole = Answer([before, *spoken, after])
    async with Loopback(whole, Answer([before, *spoken, STALL])) as server:
        await gather(adapter.make(server.url))
        result = await nbstream.generate(
            "Hi",
            model=f"{adapter}/a | {adapter}/b",
            base_url=server.url + url_end,
            api_key="k",
            max_idle_seconds=0.5,
        )
        await left(server.requests[1])
    assert (result.text, result.error_code) == ("Hello", "stalled")
    assert len(server.requests) == 2
