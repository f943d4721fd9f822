"""What an answer may be asked to be, and reading it as that."""

from __future__ import annotations

import json
import os
import socket
import typing
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import pydantic
import pytest
import typing_extensions

from nbstream import aside
from nbstream.errors import UsageError
from nbstream.misfit import Misfit, Unchecked
from nbstream.schema import Schema, schema


class Unit(Enum):
    GRAM = "g"
    LITRE = "l"


class Amount(pydantic.BaseModel):
    value: float = pydantic.Field(gt=0)
    unit: Unit


class Recipe(pydantic.BaseModel):
    name: str
    parts: dict[str, Amount] = {}


@dataclass
class City:
    name: str
    people: int = 0
    rivers: list[str] = field(default_factory=list[str])


class Point(typing.TypedDict, total=False):
    x: typing.Required[float]
    y: float


class Shape(typing.TypedDict):
    points: list[Point]
    centre: Point | None


class Fussy(pydantic.BaseModel):
    n: int

    @pydantic.field_validator("n")
    @classmethod
    def _inverse(cls, n: int) -> int:
        return 1 // n


COLOURS = {
    "title": "Colours of the rainbow",
    "type": "array",
    "items": {"enum": ["red", "green"]},
    "minItems": 1,
}


def read(kind: Any, text: str) -> Any:
    made = schema(kind)
    assert made is not None
    return made.value(text)


@pytest.mark.parametrize(
    ("kind", "name", "text", "value"),
    [
        (
            Recipe,
            "Recipe",
            '{"name": "Tea", "parts": {"water": {"value": 1, "unit": "l"}}}',
            Recipe(name="Tea", parts={"water": Amount(value=1, unit=Unit.LITRE)}),
        ),
        (City, "City", '{"name": "Ulm", "rivers": ["Iller"]}', City("Ulm", 0, ["Iller"])),
        (Shape, "Shape", '{"points": [{"x": 1}], "centre": null}', None),
        (
            typing_extensions.TypedDict("Pair", {"a": int}),
            "Pair",
            '{"a": 1}',
            {"a": 1},
        ),
        (list[City], "list_City", '[{"name": "Ulm"}]', [City("Ulm")]),
        (typing.Literal["yes", "no"], None, '"no"', "no"),
        (pydantic.TypeAdapter(int), "answer", "7", 7),
        (COLOURS, "Colours_of_the_rainbow", '["red"]', ["red"]),
        ({}, "answer", "[1]", [1]),
    ],
)
def test_the_value_is_an_instance(kind: Any, name: str | None, text: str, value: Any):
    made = schema(kind)
    assert made is not None
    assert name is None or made.wanted.name == name
    got = made.value(text)
    assert got == (json.loads(text) if value is None else value)
    assert value is None or type(got) is type(value)


def test_people_read_the_names_as_they_are_written():
    names = [made.name for made in map(schema, (City, list[City], COLOURS)) if made is not None]
    assert names == ["City", "list[City]", "Colours of the rainbow"]


def test_none_is_none_and_a_schema_stays_itself():
    made = schema(City)
    assert schema(None) is None
    assert schema(made) is made
    assert isinstance(made, Schema)


def test_typed_dicts_of_the_standard_library_keep_what_is_required():
    made = schema(Shape)
    assert made is not None
    inner = made.wanted.schema["$defs"]["Point"]
    assert inner["required"] == ["x"]
    with pytest.raises(Misfit, match=r"points\[0\]\.x: Field required"):
        made.value('{"points": [{"y": 1}], "centre": null}')


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Ulm"}',
        '```json\n{"name": "Ulm"}\n```',
        'Sure! Here it is:\n\n```\n{"name": "Ulm"}\n```\nAnything [else]?',
        'The city is {"name": "Ulm"}, see [1].',
        '<think>{"name": ?}</think>\n{"name": "Ulm"}',
    ],
)
def test_what_models_put_around_it_is_forgiven(text: str):
    assert read(City, text) == City("Ulm")


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        (City, "", "it is not JSON: EOF while parsing"),
        (City, "Ulm.", "it is not JSON: expected value at line 1 column 1"),
        (City, '{"name": "Ulm"', "it is not JSON: EOF while parsing an object"),
        (City, "[1]", "Input should be an object"),
        (City, '{"people": "many"}', "name: Field required; people: Input should be a valid int"),
        (
            Recipe,
            '{"name": "Tea", "parts": {"water": {"value": 0, "unit": "g"}}}',
            "parts.water.value: Input should be greater than 0",
        ),
        (list[int], json.dumps(["x"] * 20), "; and 12 more"),
        (Fussy, '{"n": 0}', "Fussy raised ZeroDivisionError"),
        (float, "NaN", "it is not JSON"),
        (COLOURS, '["red", "blue"]', "[1]: 'blue' is not one of ['red', 'green']"),
        (COLOURS, "[]", "[] should be non-empty"),
        ({"type": "string"}, json.dumps({"a": "x" * 5000}), "…"),
    ],
)
def test_what_does_not_fit_is_said(kind: Any, text: str, problem: str):
    with pytest.raises(Misfit) as caught:
        read(kind, text)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 3000


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (5, "not 5: Unable to generate pydantic-core schema for 5."),
        (City("Ulm"), "give City itself, not one of it."),
        (Recipe(name="Tea"), "give Recipe itself, not one of it."),
        (type("Plain", (), {}), "Plain"),
        ({"type": "strnig"}, "schema is no JSON Schema: $.type: 'strnig' is not valid"),
        ({"type": City}, "schema is no JSON Schema"),
        ("nowhere.json", "nowhere.json cannot be read: No such file"),
    ],
)
def test_what_is_no_schema_is_told_in_one_sentence(kind: Any, sentence: str):
    with pytest.raises(UsageError) as caught:
        schema(kind)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    assert ". " not in str(caught.value)


def test_a_file_may_hold_the_schema(tmp_path: Path):
    path = tmp_path / "colours.json"
    path.write_text(json.dumps(COLOURS))
    assert read(path, '["red"]') == ["red"]
    assert read(str(path), '["green"]') == ["green"]
    for text, sentence in (("{", "is not JSON"), ("[]", "is not an object")):
        path.write_text(text)
        with pytest.raises(UsageError, match=sentence):
            schema(path)


def test_nothing_that_a_schema_refers_to_is_loaded_from_the_network(
    monkeypatch: pytest.MonkeyPatch,
):
    asked: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *to, **_: asked.append(to))
    with pytest.raises(Misfit, match="the schema cannot be followed"):
        read({"$ref": "http://127.0.0.1:9/other.json"}, "1")
    assert asked == []


def objects(count: int) -> list[dict[str, Any]]:
    return [{"n": n, "tags": [str(n), {"of": n}]} for n in range(count)]


UNIQUE = {"type": "array", "uniqueItems": True}


def test_unique_items_are_compared_as_json_has_it_and_not_each_with_every_other():
    many = objects(20_000)
    assert read(UNIQUE, json.dumps(many)) == many
    with pytest.raises(Misfit, match="has non-unique elements"):
        read(UNIQUE, json.dumps([*many, many[7]]))
    differing = [1, True, "1", [1], [True], {"a": 1}, {"a": True}, None, [], {}, 0, False, [{}]]
    assert read(UNIQUE, json.dumps(differing)) == differing
    for same in ([1, 1.0], [{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}], [[{}], [{}]], [None, None]):
        with pytest.raises(Misfit, match="non-unique"):
            read(UNIQUE, json.dumps(same))


def test_a_schema_of_many_different_values_is_checked_in_linear_time():
    described = {"$schema": "http://json-schema.org/draft-07/schema#", "enum": objects(5_000)}
    assert read(described, json.dumps(objects(1)[0])) == objects(1)[0]


def doubled(keyword: str) -> dict[str, Any]:
    """A schema each of whose 60 definitions asks for the next one twice."""
    definitions: dict[str, Any] = {
        f"d{n}": {keyword: [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]}
        for n in range(60)
    }
    return {"$defs": {**definitions, "d60": {"type": "string"}}, "$ref": "#/$defs/d0"}


class Backtracking(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(regex_engine="python-re")
    text: str = pydantic.Field(pattern="^(a+)+$")


RUNAWAY = json.dumps("a" * 64 + "!")
HOSTILE = {
    "pattern": ({"pattern": "^(a+)+$"}, RUNAWAY),
    "pattern-alternatives": ({"pattern": "^(a|aa|a?)+$"}, RUNAWAY),
    "pattern-properties": ({"patternProperties": {"^(a+)+$": True}}, f"{{{RUNAWAY}: 1}}"),
    "property-names": ({"propertyNames": {"pattern": "^(a+)+$"}}, f"{{{RUNAWAY}: 1}}"),
    "all-of": (doubled("allOf"), '"x"'),
    "one-of": (doubled("oneOf"), '"x"'),
    "in-prose": ({"pattern": "^(a+)+$", "type": "string"}, f"```json\n{RUNAWAY}\n```"),
    "python-re": (Backtracking, f'{{"text": {RUNAWAY}}}'),
}


@pytest.mark.parametrize(("kind", "text"), HOSTILE.values(), ids=HOSTILE)
def test_a_check_without_end_is_ended(kind: Any, text: str, monkeypatch: pytest.MonkeyPatch):
    checked = schema(kind)
    assert checked is not None
    monkeypatch.setattr(aside, "LIMIT_S", 1.0)
    with pytest.raises(Unchecked, match="that takes longer than 1 s"):
        checked.value(text)


@pytest.mark.parametrize(
    "described",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        {"$dynamicRef": "#a", "$dynamicAnchor": "a"},
        {"$ref": "https://example.org/other.json"},
        {"pattern": "("},
        {"pattern": "(" * 5_000},
    ],
)
def test_a_schema_that_cannot_be_followed_is_one_sentence(described: dict[str, Any]):
    with pytest.raises((Misfit, UsageError)) as failed:
        read(described, '"x"')
    assert "\n" not in str(failed.value)
    assert len(str(failed.value)) < 500


@pytest.mark.parametrize("depth", [400, 50_000])
def test_a_schema_that_is_nested_too_deeply_is_one_sentence(depth: int, tmp_path: Path):
    path = tmp_path / "deep.json"
    path.write_text('{"not": ' * depth + "{}" + "}" * depth)
    with pytest.raises(UsageError, match=r"^[^\n]*\.$"):
        schema(path)


def test_a_schema_with_numbers_that_json_has_not_is_none():
    with pytest.raises(UsageError, match="schema is no JSON Schema"):
        schema({"minimum": float("nan")})


@pytest.mark.parametrize("name", ["pipe", "/dev/zero", "large", "."])
def test_what_is_no_file_is_no_schema_and_not_waited_for(name: str, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(10_000_000)
    with pytest.raises(UsageError, match=r"^The schema [^\n]* cannot be read: [^\n]*\.$"):
        schema(tmp_path / name)


def test_an_answer_with_a_hundred_thousand_mistakes_is_one_line():
    with pytest.raises(Misfit) as failed:
        read({"items": {"type": "string"}}, json.dumps([1] * 100_000))
    assert "; and 992 more" in str(failed.value)
    assert len(str(failed.value)) < 3000
