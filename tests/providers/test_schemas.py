"""A schema on the wire: each API's own means, and words where they are not taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest

from nbstream.errors import ProviderError
from nbstream.events import Notice
from nbstream.provider import Provider, ProviderEvent, TellsSchema
from nbstream.providers import create
from nbstream.providers.anthropic import Anthropic
from nbstream.providers.google import Google
from nbstream.providers.openai_chat import OpenAIChat
from nbstream.providers.openai_responses import OpenAI, OpenAIResponses
from nbstream.providers.strict import strict
from nbstream.request import JsonSchema, Request, in_words
from tests.loopback import Answer, Loopback, Received
from tests.providers.adapters import ADAPTERS, KEY, Adapter, gather, request, text_of
from tests.speaking import framed

CITY: dict[str, Any] = {
    "title": "City",
    "type": "object",
    "properties": {"name": {"type": "string"}, "people": {"type": "integer", "default": 0}},
    "required": ["name"],
}
CLOSED = {
    **CITY,
    "properties": {"name": {"type": "string"}, "people": {"type": "integer"}},
    "required": ["name", "people"],
    "additionalProperties": False,
}
TABLE: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "integer"}}
TEXT = '{"name": "Ulm", "people": 129000}'


def asking(schema: dict[str, Any] = CITY, **options: Any) -> Request:
    return request(schema=JsonSchema("City", schema), **options)


def answering(received: Received) -> Answer:
    before, spoken, after = framed(received.path, [TEXT])
    return Answer([before, *spoken, after])


async def answer(provider: Provider, asked: Request) -> list[ProviderEvent]:
    """What comes of the request as `nbstream.generate` hands it to the provider."""
    assert isinstance(provider, TellsSchema)
    return await gather(provider, provider.told(asked))


async def sent(make: Callable[[str], Provider], asked: Request) -> Any:
    async with Loopback(script=answering) as server:
        assert text_of(await answer(make(server.url), asked)) == TEXT
    (received,) = server.requests
    return received.body


def words(schema: dict[str, Any] = CITY) -> str:
    return in_words(asking(schema)).system or ""


@pytest.fixture
def own_servers(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Every provider's own address leads to the server that stands in as the proxy."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    return lambda url: monkeypatch.setenv("HTTP_PROXY", url)


NATIVE = ('"json_schema"', '"responseJsonSchema"')
OWN: dict[str, tuple[Callable[[], Provider], dict[str, Any]]] = {
    "openai-chat": (
        lambda: OpenAIChat(base_url="http://api.openai.com/v1", api_key=KEY),
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "City", "schema": CLOSED, "strict": True},
            }
        },
    ),
    "openai": (
        lambda: OpenAI(base_url="http://api.openai.com/v1", api_key=KEY),
        {
            "text": {
                "format": {"type": "json_schema", "name": "City", "schema": CLOSED, "strict": True}
            }
        },
    ),
    "anthropic": (
        lambda: Anthropic(base_url="http://api.anthropic.com", api_key=KEY),
        {
            "output_config": {
                "format": {
                    "type": "json_schema",
                    "schema": {
                        "title": "City",
                        "type": "object",
                        "properties": {
                            "name": {"type": "string"},
                            "people": {"type": "integer", "description": "{default: 0}"},
                        },
                        "required": ["name"],
                        "additionalProperties": False,
                    },
                }
            }
        },
    ),
    "google": (
        lambda: Google(base_url="http://generativelanguage.googleapis.com", api_key=KEY),
        {"generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": CITY}},
    ),
}


@pytest.mark.parametrize("name", OWN)
async def test_a_providers_own_server_is_asked_in_its_own_mode(
    name: str, own_servers: Callable[[str], None]
) -> None:
    make, fields = OWN[name]

    def at(url: str) -> Provider:
        own_servers(url)
        return make()

    body = await sent(at, asking())
    assert {field: body[field] for field in fields} == fields
    assert "JSON Schema" not in json.dumps(body)


async def test_anthropic_thinks_and_answers_by_the_schema(
    own_servers: Callable[[str], None],
) -> None:
    def at(url: str) -> Provider:
        own_servers(url)
        return OWN["anthropic"][0]()

    config = (await sent(at, asking(effort="low")))["output_config"]
    assert config["effort"] == "low"
    assert config["format"]["type"] == "json_schema"


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_another_server_is_told_in_words_too(adapter: Adapter) -> None:
    body = json.dumps(await sent(adapter.make, asking(system="Be brief.")))
    assert json.dumps(f"Be brief.\n\n{words()}")[1:-1] in body
    assert any(field in body for field in NATIVE)


async def test_a_preset_without_the_mode_is_told_in_words_alone() -> None:
    def deepseek(url: str) -> Provider:
        return create("deepseek", base_url=f"{url}/v1", api_key=KEY)

    body = await sent(deepseek, asking())
    assert "response_format" not in body
    assert body["messages"][0] == {"role": "system", "content": words()}


@pytest.mark.parametrize("status", [400, 501])
@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_server_that_refuses_the_mode_is_asked_in_words_from_then_on(
    adapter: Adapter, status: int
) -> None:
    def script(received: Received) -> Answer:
        if any(field in json.dumps(received.body) for field in NATIVE):
            return Answer.json({"error": {"message": "Unknown parameter."}}, status)
        return answering(received)

    bare = CITY | {"title": f"City {status}"}
    async with Loopback(script=script) as server:
        events = await answer(adapter.make(server.url), asking(bare))
        again = await answer(adapter.make(server.url), asking(bare))
    assert text_of(events) == text_of(again) == TEXT
    assert json.dumps(server.requests[1].body).count("against this JSON Schema") == 1
    assert server.requests[1].body == server.requests[2].body
    (notice,) = (event for event in events if isinstance(event, Notice))
    assert notice.text.endswith("does not take this JSON Schema: the model was told it in words.")
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_any_other_failure_is_told_as_it_is(status: int) -> None:
    async with Loopback(Answer.json({"error": {"message": "No."}}, status)) as server:
        with pytest.raises(ProviderError):
            await gather(OpenAIChat(base_url=server.url, api_key=KEY), asking())
    assert len(server.requests) == 1


async def test_a_request_that_is_wrong_in_another_way_fails_with_that() -> None:
    answer = Answer.json({"error": {"message": "temperature is too hot"}}, 400)
    async with Loopback(answer) as server:
        for _ in range(2):
            with pytest.raises(ProviderError, match="too hot"):
                await gather(OpenAIChat(base_url=server.url, api_key=KEY), asking())
    # Not taken for a server that knows no schemas.
    assert ["response_format" in each.body for each in server.requests] == [True, False] * 2


async def test_a_schema_that_the_api_has_no_form_for_goes_in_words(
    own_servers: Callable[[str], None],
) -> None:
    def at(url: str) -> Provider:
        own_servers(url)
        return OWN["anthropic"][0]()

    body = await sent(at, asking(TABLE))
    assert body["system"] == words(TABLE)
    assert "output_config" not in body


async def test_responses_takes_what_cannot_be_strict_as_it_is() -> None:
    def responses(url: str) -> Provider:
        return OpenAIResponses(base_url=f"{url}/v1", api_key=KEY)

    form = (await sent(responses, asking(TABLE)))["text"]["format"]
    assert (form["schema"], form["strict"]) == (TABLE, False)


async def test_leaving_early_closes_the_connection() -> None:
    async with Loopback(script=answering) as server:
        async with aclosing(OpenAIChat(base_url=server.url).stream(asking())) as events:
            await anext(events)
        await server.requests[0].closed.wait()


def test_strict_closes_every_object_and_lets_a_reference_stand_alone() -> None:
    tree = {
        "$ref": "#/$defs/Tree",
        "$defs": {
            "Tree": {
                "type": "object",
                "properties": {
                    "left": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
                    "right": {"$ref": "#/$defs/Tree", "description": "Right.", "default": None},
                    "leaves": {"type": "array", "items": CITY},
                },
            }
        },
    }
    made = strict(tree)
    assert made is not None
    assert made["type"] == "object"
    assert made["required"] == ["left", "right", "leaves"]
    assert made["properties"]["right"] == {
        "anyOf": [{"$ref": "#/$defs/Tree"}],
        "description": "Right.",
    }
    assert made["properties"]["leaves"]["items"] == CLOSED
    assert made["$defs"]["Tree"]["additionalProperties"] is False


@pytest.mark.parametrize(
    "schema",
    [
        TABLE,
        {"type": "array", "items": CITY},
        {"type": "object"},
        {"$ref": "#/$defs/Nowhere"},
        {**CITY, "additionalProperties": True},
        {"type": "object", "properties": {"table": TABLE}},
        {"type": "object", "properties": {"anything": {"title": "Anything"}}},
        {"type": "object", "properties": {"some": {"type": "array", "items": True}}},
    ],
)
def test_what_cannot_be_closed_is_not_made_strict(schema: dict[str, Any]) -> None:
    assert strict(schema) is None
