"""Which braces of a prompt are references, and that all the others stay as they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.context.braces import parts
from nbstream.context.prompt import build
from nbstream.context.references import Reference
from nbstream.errors import UsageError
from nbstream.events import Attachment, Notice

ROOM = 40_000


class Config:
    name = "prod"
    _name = "own"

    @property
    def broken(self) -> str:
        raise RuntimeError("no\nconnection")

    @property
    def lost(self) -> str:
        raise AttributeError("inner")


class Cyclic:
    def __init__(self) -> None:
        self.me = self

    def __repr__(self) -> str:
        return f"Cyclic({self.me!r})"


class Silent:
    def __str__(self) -> str:
        raise ValueError("says nothing")


VARIABLES = {
    "name": "Ada",
    "a": 1,
    "b": 2,
    "i": 3,
    "x": 4,
    "n": 5,
    "rows": [10, 20, 30, 40],
    "table": {"x": {"y": "deep"}, (0, "k"): "pair", -1: "minus", "_x": "single", "__x": "?"},
    "cfg": Config(),
    "secret": "s3cret",
    "trap": "{secret}",
    "cyclic": Cyclic(),
    "silent": Silent(),
    "In": ["", "a = 1", "b = 2"],
    "len": "shadowed",
    "__name__": "__main__",
    "__builtins__": {"open": open},
}


def text(typed: str) -> str:
    return build(typed, VARIABLES, room=ROOM).text


def said(typed: str) -> list[str]:
    opening = build(typed, VARIABLES, room=ROOM).opening
    return [event.text for event in opening if isinstance(event, Notice)]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Hello {name}!", "Hello Ada!"),
        ("{name}{name}", "AdaAda"),
        ("{cfg.name} and {cfg._name}", "prod and own"),
        ("{table['_x']}", "single"),
        ("{table['x']['y']} {table[\"x\"]}", "deep {'y': 'deep'}"),
        ("{rows[0]} {rows[-1]} {rows[1:3]} {rows[a]}", "10 40 [20, 30] 20"),
        ("{table[0, 'k']} {table[-1]}", "pair minus"),
        ("{In[1]}", "a = 1"),
        ("{len}", "shadowed"),
        ("file_{n}.csv", "file_5.csv"),
        ('{"who": {name}}', '{"who": Ada}'),
        ("costs $5 and {x} for $7", "costs $5 and 4 for $7"),
    ],
)
def test_a_reference_becomes_its_value(typed: str, sent: str) -> None:
    assert text(typed) == sent
    assert said(typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        '{"a": 1, "b": [{"x": 2}]}',
        "{}",
        "{ name }",
        "const { name } = obj; type T = { a: string };",
        "`Hello ${name}`",
        "{{name}}",
        r"\frac{a}{b} and \mathbf{x}",
        "$x_{i}^{n}$ and $$\\sum_{i} a$$",
        r"\(x_{i}\), \[x_{i}\], \begin{align}{x}\end{align}",
        r"the set \{x\}",
        'print(f"Hello {name}, {x:.2f}")',
        "f'{name}'",
        'f"""{name}\n{x}"""',
        "{name!r} {x:.2f} {x=}",
        "{name()} {name.upper()} {x + 1} {a, b} {a if b else x} {*a} {lambda: x}",
        "{__import__('os').system('true')}",
        "{__builtins__} {__name__} {__builtins__['open']} {＿＿name__}",
        "{cfg.__class__} {cfg.name.__class__.__name__} {cfg.__nonesuch}",
        "{table['__x']} {table[__name__]} {table['x']['__y']} {table['_' '_x']}",
        "{table[0, '__x']} {table['a':'__x']} {table['__x'].name}",
        "{1} {'name'} {None} {...}",
        "{name\n}",
        "{x is 1}",
        "{" * 300 + "}" * 300,
        "{" + "(" * 190 + ")" * 5 + "}",
    ],
)
def test_all_other_braces_stay_as_they_are_and_need_no_word(typed: str) -> None:
    assert text(typed) == typed
    assert said(typed) == []


def test_a_name_that_is_no_variable_stays_and_is_said_once() -> None:
    typed = "import {useState} from 'react'; {useState} {rows[nonesuch]} {other.x}"
    assert text(typed) == typed
    assert said(typed) == [
        "useState, nonesuch, other are no variables here. Their braces stay in the prompt as you"
        " typed them."
    ]


def test_a_value_is_never_looked_into_for_more_references() -> None:
    assert text("{trap} {secret}") == "{secret} s3cret"
    assert said("{trap}") == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("{cfg.broken}", "cfg.broken cannot be read: RuntimeError: no connection."),
        ("{cfg.lost}", "cfg.lost cannot be read: AttributeError: inner."),
        ("{cfg.nonesuch}", "cfg.nonesuch cannot be read: AttributeError"),
        ("{table['z']}", "table['z'] cannot be read: KeyError: 'z'."),
        ("{rows[9]}", "rows[9] cannot be read: IndexError: list index out of range."),
        ("{x[0]}", "x[0] cannot be read: TypeError"),
        ("{cyclic}", "{cyclic} cannot be written as text: RecursionError"),
        ("{silent}", "{silent} cannot be written as text: ValueError: says nothing."),
    ],
)
def test_what_cannot_be_read_is_one_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(UsageError) as raised:
        text(typed)
    assert str(raised.value).startswith(sentence)
    assert "\n" not in str(raised.value)


def test_a_huge_value_is_cut_and_said() -> None:
    prompt = build("{big} is {small}", {"big": "y" * 100_000, "small": "ok"}, room=1000)
    assert prompt.text.endswith("\n[… the first 998 of 100,000 characters] is ok")
    assert [event.text for event in prompt.opening if isinstance(event, Notice)] == [
        "Cut to fit 1,000 characters: {big} to 998 of 100,000 characters. --budget sets it."
    ]


def test_each_value_that_was_put_in_is_told_by_name_and_size_alone_and_once() -> None:
    prompt = build("{name} and {cfg.name}, {name} {nonesuch} {{x}}", VARIABLES, room=ROOM)
    assert [event for event in prompt.opening if isinstance(event, Attachment)] == [
        Attachment("{name}", "value", 3, 1),
        Attachment("{cfg.name}", "value", 4, 1),
    ]
    assert build("{name}", VARIABLES, room=ROOM, interpolate=False).opening == ()


def test_of_very_many_values_the_last_are_told_as_one() -> None:
    typed = "".join(f"{{rows[{index}]}}" for index in range(3000))
    told = build(typed, {"rows": ["ab"] * 3000}, room=ROOM).opening
    assert len(told) == 51
    assert told[-1] == Attachment("2950 more values", "values", 5900, 2950)


def test_half_a_character_in_a_value_can_be_sent() -> None:
    assert build("{half}", {"half": "a\ud83d"}, room=ROOM).text == "a?"


@pytest.mark.parametrize(
    "unit", [r"\(", "$$x", r"\begin{a}", 'f"""', "f'", "{a", r"\a{", "${", "$x "]
)
def test_a_long_prompt_of_open_ends_is_read_in_no_time(unit: str) -> None:
    typed = unit * 20_000
    assert text(typed) == typed


@given(st.text(alphabet="{}$\\f\"'ax_^.[]0 \n", max_size=40))
def test_the_pieces_together_are_the_text(typed: str) -> None:
    together = "".join(
        f"{{{part.source}}}" if isinstance(part, Reference) else part for part in parts(typed)
    )
    assert together == typed
