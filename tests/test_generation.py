"""What a stream came to, as a value."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict, fields, replace

import pytest

from nbstream.errors import NbStreamError, QuotaExceeded
from nbstream.events import End, EndStatus, Event, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from nbstream.generation import Generation
from nbstream.transcript import ToolCall, Transcript
from tests.streams import numbered

CODE = "So:\n\n```python\nx = 1\n```\n\n- ```\n  y\n  ```\n"


def of(
    *events: Event, status: EndStatus = "complete", error: str = "", code: str = "kind"
) -> Generation:
    return Generation.of(Transcript(numbered([*events, End(status, "stop", error, code)])))


def test_it_holds_all_a_stream_said():
    result = of(ReasoningDelta("Hm"), TextDelta("Hi"), ToolCallDelta(0, "{}", "f"), Usage(1, 2))
    assert (result.text, result.reasoning, result.usage) == ("Hi", "Hm", Usage(1, 2))
    assert result.tool_calls == (ToolCall("f", "{}"),)
    assert (result.status, result.stop_reason, result.error_code) == ("complete", "stop", "kind")
    assert (result.model, result.metrics.output_tokens) == ("replay/m", 2)
    assert str(result) == "Hi"


def test_a_stream_that_goes_on_has_no_result_yet():
    with pytest.raises(ValueError, match="has not ended"):
        Generation.of(Transcript(numbered([TextDelta("a")])))


def test_its_code_is_the_fenced_blocks():
    code = of(TextDelta(CODE)).code
    assert list(code) == ["x = 1\n", "y\n"]
    assert [block.language for block in code] == ["python", ""]


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_raising_for_its_status_says_why(status: EndStatus):
    result = of(TextDelta("a"), status=status, error="Why." if status == "failed" else "")
    with pytest.raises(NbStreamError, match=r"Why\.|cancelled"):
        result.raise_for_status()


def test_the_failure_that_is_raised_is_of_its_class():
    result = of(status="failed", error="Pay.", code="quota-exceeded")
    with pytest.raises(QuotaExceeded, match=r"Pay\.") as raised:
        result.raise_for_status()
    assert raised.value.provider == "replay"


@pytest.mark.parametrize("status", ["complete", "truncated"])
def test_an_answer_that_can_be_used_is_itself(status: EndStatus):
    result = of(TextDelta("a"), status=status)
    assert result.raise_for_status() is result


def test_its_repr_is_one_stable_line():
    assert repr(of(TextDelta(CODE))) == (
        f"<Generation complete: {len(CODE)} characters, 2 code blocks, replay/m>"
    )
    assert repr(replace(of(TextDelta("5")), value=5)) == (
        "<Generation complete: 1 character, an int, replay/m>"
    )
    assert repr(of(status="failed", error="Why.")) == (
        "<Generation failed: 0 characters, replay/m, Why.>"
    )


def test_in_a_notebook_it_is_its_markdown():
    assert of(TextDelta("*a*"))._repr_markdown_() == "*a*"  # pyright: ignore[reportPrivateUsage]


def test_it_is_copied_stored_and_changed_as_any_value_though_its_text_is_made_when_it_is_read():
    def said() -> Generation:
        return of(TextDelta("Hé "), TextDelta("🙂"))

    assert (
        pickle.loads(pickle.dumps(said())) == copy.deepcopy(said()) == copy.copy(said()) == said()
    )
    assert asdict(said()).keys() == {field.name for field in fields(Generation)}
    changed = replace(said(), text="x")
    assert (changed.text, "".join(changed.text_parts)) == ("x", "x")
    assert "".join(said().text_parts) == said().text == "Hé 🙂"
    with pytest.raises(AttributeError, match="nope"):
        _ = said().nope  # pyright: ignore[reportAttributeAccessIssue]
