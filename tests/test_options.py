"""Options: what is sent, and one sentence with the value for each that cannot be."""

from __future__ import annotations

from typing import Any, cast

import pytest

from nbstream import options as opts
from nbstream.errors import UsageError
from nbstream.limits import Limits
from nbstream.options import Options
from nbstream.request import JsonSchema, Message, Request
from nbstream.retry import RetryPolicy


def test_a_prompt_alone_is_one_message_and_nothing_else():
    assert opts.request("Hi", "m", {}) == Request("m", (Message("user", "Hi"),))


def test_none_is_as_if_it_were_left_out():
    nothing = cast(Options, dict.fromkeys(Options.__annotations__))
    assert opts.request("Hi", "m", nothing) == opts.request("Hi", "m", {})
    assert opts.limits(nothing) == Limits()
    assert opts.retry(nothing) == RetryPolicy()


def test_every_option_arrives():
    sent = opts.request(
        [Message("user", "Hi"), Message("assistant", "Ho"), Message("user", "Hm")],
        "m",
        {
            "system": "Be brief.",
            "max_tokens": 5,
            "temperature": 0,
            "top_p": 1,
            "stop": ["a", "b"],
            "seed": -3,
            "effort": "High",
            "extra": {"top_k": 40},
        },
    )
    assert [m.text for m in sent.messages] == ["Hi", "Ho", "Hm"]
    assert (sent.system, sent.max_tokens, sent.temperature, sent.top_p) == ("Be brief.", 5, 0, 1)
    assert (sent.stop, sent.seed, sent.extra) == (("a", "b"), -3, {"top_k": 40})
    assert sent.effort == "high"


def test_limits_and_retries_arrive():
    assert opts.limits({"max_seconds": 2.5, "max_chars": 9}) == Limits(2.5, 9)
    assert opts.retry({"retries": 0}).retries == 0
    assert opts.retry({"max_retry_seconds": 9.5}).deadline_s == 9.5
    assert opts.retry({}) == RetryPolicy()


def test_what_a_format_asks_for_comes_after_the_system_text():
    sent = opts.request("Hi", "m", {"system": "Be brief.", "format": "json"})
    assert sent.system == "Be brief.\n\nAnswer with one JSON value and nothing else."


def test_a_schema_arrives_and_says_all_about_the_form():
    sent = opts.request("Hi", "m", {"schema": {"title": "My answer"}, "format": "json"})
    assert (sent.system, sent.schema) == (None, JsonSchema("My_answer", {"title": "My answer"}))
    wanted = opts.wanted({"schema": int, "schema_tries": 0})
    assert wanted.schema is not None
    assert wanted.tries == 0
    assert opts.wanted({}).schema is None


def test_a_schema_with_the_format_of_something_else_is_told():
    with pytest.raises(UsageError, match="leave out format 'code'"):
        opts.request("Hi", "m", {"schema": int, "format": "code"})


def test_one_stop_text_needs_no_list():
    assert opts.request("Hi", "m", {"stop": "END"}).stop == ("END",)


def test_the_callers_own_dict_is_not_the_requests():
    mine = {"top_k": 40}
    assert opts.request("Hi", "m", {"extra": mine}).extra is not mine


@pytest.mark.parametrize("prompt", ["", " \n\t", [], 5, None, ["Hi"], b"Hi", {"role": "user"}])
def test_a_prompt_that_is_none_is_told_so(prompt: Any):
    with pytest.raises(UsageError, match=r"prompt|conversation"):
        opts.request(prompt, "m", {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("max_tokens", value) for value in (0, -1, 1.5, "7", True, float("nan"))),
        *(("temperature", value) for value in (-0.1, "hot", float("nan"), float("inf"), True)),
        *(("top_p", value) for value in (-0.1, 1.01, "x", [])),
        *(("seed", value) for value in (1.5, "x", True)),
        *(("effort", value) for value in (5, "", "very high")),
        *(("stop", value) for value in (5, [""], ["a", 5], {1})),
        *(("extra", value) for value in ("x", [1], 5)),
        *(("max_seconds", value) for value in (-1, "x", float("nan"))),
        *(("max_chars", value) for value in (0, 2.5, "x")),
        *(("retries", value) for value in (-1, 0.5, "x", True)),
        *(("schema_tries", value) for value in (-1, 0.5, "x", True)),
        *(("format", value) for value in ("yaml", "md", 5)),
        *(("schema", value) for value in (5,)),
        *(("max_idle_seconds", value) for value in (-1, "x", float("nan"), True)),
        *(("on_drop", value) for value in ("wait", "", "Stop", 5, True, [])),
        *(("max_retry_seconds", value) for value in (-1, "x", float("nan"))),
    ],
    ids=repr,
)
def test_a_wrong_value_is_told_in_one_sentence_with_it(name: str, value: Any):
    wrong = cast(Options, {name: value})

    def read_all() -> None:
        opts.request("Hi", "m", wrong)
        opts.limits(wrong)
        opts.retry(wrong)
        opts.wanted(wrong)

    with pytest.raises(UsageError) as caught:
        read_all()
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} must be")
    assert repr(value) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("name", ["system", "base_url", "api_key"])
def test_what_is_no_text_is_told_without_its_value(name: str):
    with pytest.raises(UsageError, match=f"^{name} must be text, not of type bytes.$"):
        opts.request("Hi", "m", cast(Options, {name: b"sk-secret"}))


def test_an_unknown_option_is_told_with_those_there_are():
    with pytest.raises(UsageError, match=r"Unknown option 'max_token'; there are: .*max_tokens"):
        opts.request("Hi", "m", cast(Options, {"max_token": 5}))


@pytest.mark.parametrize(
    "typed", ["", "notaurl", "localhost:1234/v1", "http://", "http://[::1", "ftp://host"]
)
def test_an_address_that_is_none_is_told_before_anything_is_sent(typed):
    with pytest.raises(UsageError) as caught:
        opts.request("Hi", "m", {"base_url": typed})
    assert repr(typed) in str(caught.value)
    assert "http://host:port/v1" in str(caught.value)


def test_a_wrong_address_is_told_without_its_password_and_query():
    with pytest.raises(UsageError) as caught:
        opts.request("Hi", "m", {"base_url": "me:secret@host/v1?key=secret"})
    assert "secret" not in str(caught.value)
    assert "'host/v1'" in str(caught.value)


@pytest.mark.parametrize("name", ["messages", "input", "contents", "model", "stream"])
def test_extra_does_not_replace_what_is_asked(name: str):
    with pytest.raises(UsageError, match=f"^extra cannot set {name}: "):
        opts.request("Hi", "m", {"extra": {name: []}})


@pytest.mark.parametrize("name", ["system", "instructions"])
def test_extra_does_not_replace_the_system_text(name: str):
    assert opts.request("Hi", "m", {"extra": {name: "x"}}).extra == {name: "x"}
    with pytest.raises(UsageError, match=f"^extra {name} would replace the system text"):
        opts.request("Hi", "m", {"system": "Be brief.", "extra": {name: "x"}})


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), b"x", [print]])
def test_extra_that_json_cannot_say_is_told_before_it_is_sent(value: Any):
    with pytest.raises(UsageError, match=r"^extra top_k must be what JSON can say"):
        opts.request("Hi", "m", {"extra": {"top_k": value}})


def test_extra_fields_have_names():
    with pytest.raises(UsageError, match=r"^extra must have the names"):
        opts.request("Hi", "m", {"extra": cast(dict[str, Any], {5: 1})})


def test_half_a_character_is_replaced_before_it_is_sent():
    half = "a\ud800b"
    options: Options = {"system": half, "stop": half}
    for prompt in (half, [Message("user", half)]):
        sent = opts.request(prompt, "m", options)
        assert (sent.messages[0].text, sent.system, sent.stop) == ("a\ufffdb",) * 2 + (
            ("a\ufffdb",),
        )
    with pytest.raises(UsageError, match=r"^extra top_k must be"):
        opts.request("Hi", "m", {"extra": {"top_k": half}})
