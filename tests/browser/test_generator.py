"""The interactive widget in JupyterLab, as a person uses it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Lab, Theme
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import ENDLESS, MODEL, Provider
from tests.browser.test_accessibility import ANSWER, AXE
from tests.browser.test_result import saved_widgets
from tests.speaking import Speech

VIOLATIONS = """async () => {
  const { violations } = await axe.run(".nbstream-gen");
  return violations.map(({ id, nodes }) => [
    id, nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)}: ${failureSummary}`),
  ]);
}"""
# Above one piece of an upload, so that there are several.
LINES = "".join(f"line {number:06}\n" for number in range(60_000))
LINKED = """
import ipywidgets
labels = {name: ipywidgets.Label() for name in ("status", "text", "value")}
bar = ipywidgets.FloatProgress(max=1.0)
for name, linked in {**labels, "progress": bar}.items():
    ipywidgets.jslink((gen, name), (linked, "value"))
ipywidgets.VBox([*labels.values(), bar])
"""
CLIPBOARD = "() => navigator.clipboard.readText()"


def cell(provider: Provider, **options: object) -> str:
    named = "".join(f", {name}={value!r}" for name, value in options.items())
    return f"gen = nbstream.Generator(model={MODEL!r}, base_url={provider.url!r}{named})\ngen"


def begin(notebook: NotebookPage) -> Locator:
    """Run the first two cells; the widget that the second shows."""
    notebook.run(0, 1)
    notebook.wait_until_run(1)
    widget = notebook.output(1).locator(".nbstream-gen").first
    expect(widget).to_be_visible()
    return widget


def ask(widget: Locator, prompt: str) -> None:
    box = widget.get_by_role("textbox", name="Prompt", exact=True)
    box.fill(prompt)
    box.press("Control+Enter")
    expect(box).to_have_value("")


def button(widget: Locator, name: str) -> Locator:
    return widget.get_by_role("button", name=name, exact=True)


def asked(provider: Provider) -> dict[str, Any]:
    """The body of the last request for an answer; the others are for the list of models."""
    return [request.body for request in provider.requests if request.body][-1]


def prompts(provider: Provider) -> list[str]:
    """What people said in the last request."""
    said = asked(provider)["messages"]
    return [message["content"] for message in said if message["role"] == "user"]


def test_a_conversation_is_had_cancelled_changed_and_comes_back_after_a_reload(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    notebook = open_notebook(
        [
            "import nbstream, time",
            cell(provider),
            # Ends when the click has reached Python while this cell keeps the kernel busy.
            "while gen.status != 'cancelled': time.sleep(0.01)",
            "print(gen.status, len(gen.generations), gen.text == gen.value.text)",
        ]
    )
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=50)
    widget = begin(notebook)
    count = notebook.prompt(1).inner_text()
    ask(widget, "Go on and on.")
    logs = widget.get_by_role("log")
    expect(logs).to_contain_text("word5 ")
    assert notebook.prompt(1).inner_text() == count, "Ctrl-Enter is the widget's here"
    notebook.run(2)
    button(widget, "Cancel").click()
    notebook.wait_until_run(2)
    expect(widget).to_contain_text("Cancelled")
    expect(button(widget, "Generate")).to_be_visible()

    provider.speech = Speech(tokens=["An ", "*answer*."])
    ask(widget, "Second.")
    expect(logs.nth(1)).to_have_text("An answer.")
    expect(widget.locator(".nbstream-gen-totals")).to_contain_text("2 answers")
    assert prompts(provider) == ["Go on and on.", "Second."]
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(widget, "Copy answer 2").click()
    expect(widget).to_contain_text("Copied")
    assert notebook.page.evaluate(CLIPBOARD) == "An *answer*."

    provider.speech = Speech(tokens=["Anew."])
    button(widget, "Retry answer 2").click()
    expect(logs.nth(1)).to_have_text("Anew.")
    button(widget, "Edit prompt 1").click()
    expect(widget).to_contain_text("Replaces this answer and the exchange after it.")
    again = widget.get_by_role("textbox", name="The prompt, to be sent again")
    expect(again).to_be_focused()
    again.press("Escape")
    expect(button(widget, "Edit prompt 1")).to_be_focused()
    button(widget, "Edit prompt 1").press("Enter")
    again.fill("First, after all.")
    again.press("Control+Enter")
    expect(logs).to_have_count(1)
    expect(logs).to_have_text("Anew.")
    assert prompts(provider) == ["First, after all."]
    button(widget, "Undo").click()
    expect(logs).to_have_count(2)
    button(widget, "Delete answer 1").click()
    expect(logs).to_have_count(1)
    assert notebook.result(3).split() == ["complete", "1", "True"]

    widget.get_by_role("textbox", name="Prompt", exact=True).focus()
    notebook.save()
    notebook.reload()
    widget = notebook.output(1).locator(".nbstream-gen").first
    expect(widget.get_by_role("log")).to_have_text("Anew.")
    ask(widget, "Third.")
    expect(widget.get_by_role("log").nth(1)).to_have_text("Anew.")
    assert prompts(provider) == ["Second.", "Third."]
    assert notebook.errors == []


def test_files_parameters_models_and_mistakes(
    open_notebook: OpenNotebook, provider: Provider, lab: Lab, tmp_path: Any
) -> None:
    long, odd = tmp_path / "lines.txt", tmp_path / "odd.bin"
    long.write_text(LINES)
    odd.write_bytes(b"\xff\x00\xfe")
    notebook = open_notebook(["import nbstream", cell(provider), "print(gen.max_tokens)", LINKED])
    widget = begin(notebook)
    files = widget.locator("input[type=file]")
    files.set_input_files([long, odd])
    chips = widget.get_by_role("list", name="Attached to the next prompt").get_by_role("listitem")
    expect(chips).to_have_count(2)
    expect(chips.filter(has_text="odd.bin")).to_contain_text("neither UTF-8 text nor a picture")
    button(widget, "Take away odd.bin").click()
    expect(chips).to_have_count(1)
    expect(chips).to_contain_text("file, 720 kB")
    page = notebook.page
    (lab.root / "peaks.csv").write_text("name,height\nEiger,3967\n")
    page.evaluate("window.jupyterapp.commands.execute('filebrowser:refresh')")
    page.locator(".jp-DirListing-item", has_text="peaks.csv").hover()
    page.mouse.down()
    foot = widget.locator(".nbstream-gen-foot").bounding_box()
    assert foot is not None
    page.mouse.move(foot["x"] + 20, foot["y"] + 5, steps=5)
    expect(widget).to_have_attribute("data-over", "")
    page.mouse.up()
    expect(chips.filter(has_text="peaks.csv")).to_contain_text("file, 23 bytes")
    (lab.root / "peaks.csv").unlink()

    toggle = widget.get_by_role("button", name="Parameters")
    toggle.click()
    longest = widget.get_by_role("spinbutton", name="Longest answer, in tokens")
    longest.fill("0")
    longest.press("Tab")
    problem = widget.get_by_role("alert").filter(visible=True)
    expect(problem).to_have_text("max_tokens must be a whole number of at least 1, not 0.")
    longest.fill("64")
    longest.press("Tab")
    expect(toggle).to_have_text("Parameters: max tokens 64")
    expect(problem).to_have_count(0)
    model = widget.get_by_role("combobox", name="Model", exact=True)
    model.select_option("Another model…")
    typed = widget.get_by_role("textbox", name="Model, as provider/model")
    typed.fill("openai-chat/other")
    typed.press("Enter")
    expect(model).to_have_value("openai-chat/other")

    button(widget, "Events").click()
    ask(widget, "What is in it?")
    expect(widget.get_by_role("log")).to_contain_text("rains in Spain")
    body = asked(provider)
    assert body["model"] == "other"
    assert "line 000001" in body["messages"][0]["content"]
    assert "Eiger,3967" in body["messages"][0]["content"]
    expect(chips).to_have_count(0)
    expect(widget).to_contain_text("Cut to fit 40,000 characters")
    rows = widget.get_by_role("region", name="Events of the newest answer").get_by_role("row")
    expect(rows.filter(has_text="text-delta")).to_have_count(len(Speech().tokens))
    expect(rows.last).to_contain_text("end")
    assert notebook.result(2).strip() == "64"

    notebook.run(3)
    status, text, value = (notebook.output(3).locator(".widget-label").nth(at) for at in range(3))
    for label, linked in ((status, "complete"), (text, "The quick"), (value, "The quick")):
        expect(label).to_contain_text(linked)
    bar = notebook.output(3).locator(".progress-bar")
    expect(bar).to_have_attribute("style", re.compile("width: 100%"))
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=50)
    ask(widget, "Go on.")
    expect(text).to_contain_text("word5 ")
    expect(status).to_have_text("streaming")
    expect(value).to_contain_text("The quick")
    expect(bar).not_to_have_attribute("style", re.compile("width: 100%"))
    button(widget, "Cancel").click()
    expect(status).to_have_text("cancelled")
    expect(value).to_contain_text("word5 ")
    saved = json.dumps(saved_widgets(notebook))
    assert saved.count("word5 ") == 2, "the labels' own states have it, and no other"


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci in js)")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_violation_while_it_waits_while_it_writes_and_at_the_end(
    open_notebook: OpenNotebook, provider: Provider, theme: Theme
) -> None:
    notebook = open_notebook(["import nbstream", cell(provider, max_tokens=9)], theme=theme)
    widget = begin(notebook)
    page = notebook.page
    page.evaluate(AXE.read_text(encoding="utf-8"))
    widget.get_by_role("button", name="Parameters").click()
    button(widget, "Events").click()
    assert page.evaluate(VIOLATIONS) == []
    provider.speech = Speech(tokens=ENDLESS, stall_after=0)
    ask(widget, "Wait.")
    expect(widget).to_contain_text("Waiting for the first token")
    assert page.evaluate(VIOLATIONS) == []
    button(widget, "Cancel").press("Enter")
    expect(button(widget, "Generate")).to_be_focused()
    provider.speech = Speech(tokens=ANSWER + ENDLESS, tokens_per_s=40)
    ask(widget, "Write.")
    expect(widget.get_by_role("log").last).to_contain_text("word5 ")
    assert page.evaluate(VIOLATIONS) == []
    widget.get_by_role("textbox", name="Prompt", exact=True).press("Escape")
    expect(button(widget, "Generate")).to_be_visible()
    provider.speech = Speech(tokens=ANSWER)
    ask(widget, "Write it all.")
    expect(widget).to_have_attribute("data-status", "complete")
    expect(widget.get_by_role("log").last).to_contain_text("That is it.")
    assert page.evaluate(VIOLATIONS) == []
    button(widget, "Edit prompt 1").click()
    assert page.evaluate(VIOLATIONS) == []
    narrow(widget)


def narrow(widget: Locator) -> None:
    """In 300 pixels nothing stands out of the widget."""
    wide = """(root) => {
      root.parentElement.style.width = "300px";
      const right = root.getBoundingClientRect().right + 1;
      const scrolls = (each) => each.closest(".nbstream-gen-console, .nbstream-markdown");
      return [...root.querySelectorAll("*")]
        .filter((each) => each.checkVisibility() && !scrolls(each))
        .filter((each) => each.getBoundingClientRect().right > right)
        .map((each) => each.outerHTML.slice(0, 150));
    }"""
    assert widget.evaluate(wide) == []
