"""What a cell leaves behind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import ENDLESS, MODEL, Provider
from tests.speaking import Speech

MARKDOWN = ["Some **bold**", " words.\n\n", "```python\n", "answer = 42\n", "```\n"]
WIDGET_VIEW = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.widget-view+json']"
SAVE_STATE = """async () => {
  const { commands } = window.jupyterapp;
  await commands.execute("@jupyter-widgets/jupyterlab-manager:saveWidgetState");
}"""
WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def widgets_in(saved: dict[str, Any]) -> set[str]:
    """The ids of the widgets whose state the file holds."""
    return set(saved["metadata"].get("widgets", {}).get(STATE, {}).get("state", {}))


@pytest.mark.parametrize("extension", [True, False], ids=["extension", "no-extension"])
@pytest.mark.parametrize("frontend", ["lab", "notebook"])
def test_one_static_result_that_reads_the_same_in_the_file_and_opened_again(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend, extension: bool
) -> None:
    provider.speech = Speech(tokens=MARKDOWN)
    notebook = open_notebook([provider.cell()], frontend=frontend, extension=extension)
    # Another test may have had the page save the widgets' state, its own too.
    before = widgets_in(notebook.save())
    notebook.run_all()
    notebook.wait_until_run(0)
    output = notebook.output(0)
    # The extension draws it as the live output did, else it is the front end's own Markdown.
    expect(output.locator(".nbstream")).to_have_count(int(extension))
    expect(output.locator(WIDGET_VIEW)).to_have_count(0)
    expect(output.locator("strong")).to_have_text("bold")
    for fact in (MODEL, "Complete", "5 tokens", "answer = 42"):
        expect(output).to_contain_text(fact)
    answer = output.locator("[role=log], .jp-RenderedMarkdown")
    shown = answer.inner_text()

    saved = notebook.save()
    assert widgets_in(saved) <= before
    (saved_output,) = saved["cells"][0]["outputs"]
    assert WIDGET not in saved_output["data"]
    markdown = "".join(saved_output["data"]["text/markdown"])
    assert markdown.startswith("".join(MARKDOWN))
    assert f"*{MODEL} · Complete · 5 tokens · " in markdown
    assert "".join(saved_output["data"]["text/plain"]).startswith("Some **bold** words.")

    notebook.reload()
    expect(answer).to_have_text(shown, use_inner_text=True)


def test_keep_leaves_the_live_output(open_notebook: OpenNotebook, provider: Provider) -> None:
    provider.speech = Speech(tokens=MARKDOWN)
    notebook = open_notebook([provider.cell(flags="--keep")])
    notebook.run_all()
    notebook.wait_until_run(0)
    live = notebook.live(0)
    expect(live).to_have_attribute("data-status", "complete")
    expect(notebook.log(0)).to_contain_text("answer = 42")
    expect(live).to_contain_text("Complete")
    expect(live.get_by_role("button", name="Cancel", exact=True)).to_be_hidden()
    assert live.get_by_role("progressbar", include_hidden=True).count() <= 1
    (output,) = notebook.save()["cells"][0]["outputs"]
    assert output["data"].keys() >= {"text/markdown", "text/plain", WIDGET}


@pytest.mark.parametrize("flags", ["--keep", ""])
def test_a_saved_widget_state_is_small_however_long_the_answer(
    open_notebook: OpenNotebook, provider: Provider, flags: str
) -> None:
    provider.speech = Speech(tokens=ENDLESS[:10_000], tokens_per_s=None)
    notebook = open_notebook([provider.cell(flags=flags)])
    before = saved_widgets(notebook)
    notebook.run_all()
    notebook.wait_until_run(0)
    expect(notebook.live(0)).to_have_attribute("data-status", "complete")
    after = saved_widgets(notebook)
    new = {model: after[model] for model in after if model not in before}
    assert bool(new) == bool(flags)
    assert len(json.dumps(new)) < 4096


def saved_widgets(notebook: NotebookPage) -> dict[str, Any]:
    """The widgets' models as the notebook saves them, where a user has that switched on."""
    notebook.page.evaluate(SAVE_STATE)
    saved = notebook.save()
    notebook.page.evaluate(SAVE_STATE)
    return saved["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})


def test_the_output_variable_has_the_generation_and_last_is_the_last_one(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=MARKDOWN)
    facts = (
        "print(answer.text, answer.code, answer.status, answer.model, answer.usage.output_tokens)"
    )
    notebook = open_notebook(
        [
            provider.cell(flags="-o answer"),
            facts,
            "import nbstream\nprint(nbstream.last is answer)",
            "answer",
        ]
    )
    notebook.run(0)
    notebook.wait_until_run(0)
    said = notebook.result(1)
    assert "Some **bold** words." in said
    assert "answer = 42" in said
    assert f"complete {MODEL} 5" in said
    assert notebook.result(2).strip() == "True"
    notebook.result(3)
    expect(notebook.output(3).locator("strong")).to_have_text("bold")


def test_a_dropped_stream_fails_with_a_sentence_and_keeps_the_text(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    # Late enough for the second cell to be queued.
    provider.speech = Speech(tokens=ENDLESS, first_after_s=1.5, drop_after=20)
    last = "import nbstream\nprint(nbstream.last.status, nbstream.last.text)"
    notebook = open_notebook([provider.cell(), "print('queued')", last])
    notebook.run(0, 1)
    notebook.wait_until_run(0)
    output = notebook.output(0)
    expect(output).to_contain_text("word19")
    expect(output).to_contain_text("Failed")
    expect(output).not_to_contain_text("Traceback")
    notebook.wait_until_aborted(1)
    assert notebook.result(2).strip() == f"failed {''.join(ENDLESS[:20]).strip()}"


def test_a_limit_cuts_the_answer_short_and_says_so(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=None)
    notebook = open_notebook([provider.cell(flags="--max-chars 50 --keep")])
    notebook.run_all()
    notebook.wait_until_run(0)
    expect(notebook.live(0)).to_have_attribute("data-status", "truncated")
    expect(notebook.log(0)).to_contain_text("word0 word1")
    expect(notebook.live(0)).to_contain_text("50")
