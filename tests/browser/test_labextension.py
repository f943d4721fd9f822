"""What the extension adds in JupyterLab and Notebook: cells, commands, what runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend, Lab
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import ENDLESS, Provider
from tests.browser.test_accessibility import AXE
from tests.browser.test_generator import ask, begin
from tests.browser.test_generator import cell as generator
from tests.speaking import Speech

ANSWER = [
    "First ![a picture](https://example.invalid/a.png) <img src='https://example.invalid/b.png'>\n",
    "\n```python\nx = 40\n```\n\n",
    "1. then\n\n   ```bash\n   echo then\n   ```\n\n",
    "```json\n{}\n```\n\n",
    "and\n\n```py\nprint(x + 2)\n```\n\n",
    "That is it.\n",
]
CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(({ model }) => [
  model.type, model.sharedModel.getSource(),
])"""
ADD_MARKDOWN = """(source) => {
  const { content } = window.jupyterapp.shell.currentWidget;
  const { sharedModel } = content.model;
  sharedModel.insertCell(sharedModel.cells.length, { cell_type: "markdown", source, metadata: {} });
  content.activeCellIndex = sharedModel.cells.length - 1;
  content.mode = "command";
}"""
# Presses the button in the same moment in which something else was changed.
CHANGE_AND_PRESS = """(button) => {
  const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
  sharedModel.insertCell(sharedModel.cells.length, { cell_type: "raw", source: "b", metadata: {} });
  button.click();
}"""
DROP_AND_PASTE = """async (root) => {
  const canvas = new OffscreenCanvas(1, 1);
  canvas.getContext("2d");
  const give = (target, types, file) => {
    const data = new DataTransfer();
    data.items.add(file);
    for (const type of types) {
      const event = type === "paste"
        ? new ClipboardEvent(type, { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
      target.dispatchEvent(event);
    }
  };
  const csv = new File(["name,height\\nEiger,3967\\n"], "peaks.csv", { type: "text/csv" });
  give(root.querySelector(".nbstream-gen-foot"), ["dragenter", "dragover", "drop"], csv);
  const png = new File([await canvas.convertToBlob()], "dot.png", { type: "image/png" });
  give(root.querySelector("textarea"), ["paste"], png);
}"""
# On the same kernel, so that none has to begin.
OPEN_BESIDE = """async (path) => {
  const { commands, shell } = window.jupyterapp;
  const { id, name } = shell.currentWidget.context.sessionContext.session.kernel;
  const panel = await commands.execute("docmanager:open", { path, kernel: { id, name } });
  await Promise.all([panel.context.ready, panel.context.sessionContext.ready, panel.revealed]);
}"""
SAVE_AND_CLOSE = """async () => {
  const { currentWidget } = window.jupyterapp.shell;
  await currentWidget.context.save();
  currentWidget.close();
}"""
# What of the end line stands out of it or over something else, in 320 pixels.
OUT_OF_PLACE = """(root) => {
  const { style } = root.parentElement;
  style.width = style.maxWidth = "320px";
  const line = root.querySelector(".nbstream-ended");
  const parts = [...line.querySelectorAll("button, .nbstream-mark, .nbstream-facts > *")]
    .filter((part) => part.checkVisibility())
    .map((part) => [part.textContent, part.getBoundingClientRect()]);
  const whole = line.getBoundingClientRect();
  const found = parts.filter(([, a], at) =>
    a.left < whole.left - 1 || a.right > whole.right + 1 || a.bottom > whole.bottom + 1 ||
    parts.slice(at + 1).some(([, b]) =>
      a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom));
  style.width = style.maxWidth = "";
  return found.map(([text]) => text);
}"""
SELECT = """(node) => new Promise((resolve) => {
  document.addEventListener("selectionchange", () => resolve(), { once: true });
  getSelection().selectAllChildren(node);
})"""
# As the settings editor does it. Only JupyterLab's own plugin has the token of its registry.
SET = """async ([name, value]) => {
  const { pluginRegistry } = window.jupyterapp;
  const { provides } = pluginRegistry._plugins.get("@jupyterlab/apputils-extension:settings");
  const registry = await pluginRegistry.resolveRequiredService(provides);
  if (value === null) await registry.remove("nbstream:plugin", name);
  else await registry.set("nbstream:plugin", name, value);
}"""
OPEN_PALETTE = "window.jupyterapp.commands.execute('apputils:activate-command-palette')"
VIOLATIONS = """async (where) => {
  const { violations } = await axe.run(where);
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}"""


def cells(notebook: NotebookPage) -> list[list[str]]:
    """The type and the source of each cell but the first."""
    return notebook.page.evaluate(CELLS)[1:]


def wait_for_cells(notebook: NotebookPage, expected: list[list[str]]) -> None:
    notebook.until(lambda: len(cells(notebook)) == len(expected))
    assert cells(notebook) == expected


def button(notebook: NotebookPage, name: str, cell: int = 0) -> Locator:
    return notebook.live(cell).get_by_role("button", name=name, exact=True)


def command(notebook: NotebookPage, label: str) -> None:
    """Choose the command in the palette."""
    notebook.page.evaluate(OPEN_PALETTE)
    field = notebook.page.locator(".lm-CommandPalette-input")
    field.fill(label)
    item = notebook.page.locator(".lm-CommandPalette-item:not(.lm-mod-disabled)", has_text=label)
    expect(item).to_be_visible()
    field.press("Enter")
    expect(field).to_be_hidden()


def violations(notebook: NotebookPage, where: str) -> Any:
    notebook.page.evaluate(AXE.read_text(encoding="utf-8"))
    return notebook.page.evaluate(VIOLATIONS, where)


@pytest.mark.parametrize(("frontend", "flags"), [("lab", ""), ("notebook", "--keep")])
def test_an_answer_becomes_cells_below_in_order_and_one_undo_takes_them_away(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend, flags: str
) -> None:
    provider.speech = Speech(tokens=ANSWER)
    notebook = open_notebook([provider.cell(flags)], frontend=frontend)
    notebook.run(0)
    notebook.wait_until_run(0)

    button(notebook, "Insert as cells").click()
    notebook.until(lambda: len(cells(notebook)) == 5)
    (first, x, middle, last, end) = cells(notebook)
    assert [kind for kind, _ in (first, x, middle, last, end)] == [
        "markdown", "code", "markdown", "code", "markdown",
    ]  # fmt: skip
    assert (x[1], last[1], end[1]) == ("x = 40", "print(x + 2)", "That is it.")
    assert "echo then" in middle[1]
    assert "```json" in middle[1]
    markdown = notebook.page.locator(".jp-MarkdownCell")
    expect(markdown.first.locator("a", has_text="a picture")).to_be_visible()
    assert markdown.locator("img").count() == 0
    notebook.page.keyboard.press("z")
    wait_for_cells(notebook, [])

    button(notebook, "Insert code").press("Enter")
    code = [["code", "x = 40"], ["code", "%%bash\necho then"], ["code", "print(x + 2)"]]
    wait_for_cells(notebook, code)
    notebook.page.keyboard.press("z")
    wait_for_cells(notebook, [])

    block = notebook.live(0).get_by_role("button", name="Insert code as a cell below").nth(2)
    block.evaluate(CHANGE_AND_PRESS)
    wait_for_cells(notebook, [["markdown", "```json\n{}\n```"], ["raw", "b"]])
    notebook.page.keyboard.press("z")
    wait_for_cells(notebook, [["raw", "b"]])
    notebook.page.keyboard.press("z")
    wait_for_cells(notebook, [])

    notebook.select(0)
    command(notebook, "Insert the Answer as Cells Below")
    wait_for_cells(notebook, [first, x, middle, last, end])
    notebook.select(0)
    notebook.page.keyboard.press("z")
    wait_for_cells(notebook, [])
    notebook.select(0)
    command(notebook, "Insert the Answer's Code as Cells Below")
    wait_for_cells(notebook, code)
    notebook.select(0)
    notebook.page.keyboard.press("z")
    wait_for_cells(notebook, [])

    assert notebook.live(0).evaluate(OUT_OF_PLACE) == []
    button(notebook, "Insert code").focus()
    notebook.page.keyboard.press("Tab")
    expect(button(notebook, "Insert as cells")).to_be_focused()
    notebook.page.keyboard.press("Tab")
    number = notebook.prompt(0).inner_text().strip("[]:")
    button(notebook, "Run again").press("Enter")
    expect(notebook.prompt(0)).to_have_text(re.compile(rf"^\[(?!{number}\])\d+\]:$"))
    assert len(provider.requests) == 2
    expect(button(notebook, "Run again")).to_have_count(1)


def test_a_generator_in_notebook_takes_files_and_its_answers_become_cells(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    notebook = open_notebook(["import nbstream", generator(provider)], frontend="notebook")
    widget = begin(notebook)
    widget.evaluate(DROP_AND_PASTE)
    chips = widget.get_by_role("list", name="Attached to the next prompt").get_by_role("listitem")
    expect(chips).to_have_text([
        re.compile(r"^peaks\.csv file, 23 bytes"), re.compile(r"^dot\.png image, \d+ bytes"),
    ])  # fmt: skip
    provider.speech = Speech(tokens=ANSWER)
    ask(widget, "What is it?")
    answer = widget.get_by_role("group", name="This answer")
    expect(answer.get_by_role("button")).to_have_text(["Insert code", "Insert as cells"])
    picture, text = provider.requests[-1].body["messages"][-1]["content"]
    assert "Eiger,3967" in text["text"]
    assert picture["type"] == "image_url"

    mine = cells(notebook)
    button(notebook, "Insert as cells", 1).press("Enter")
    notebook.until(lambda: len(cells(notebook)) == 6)
    assert cells(notebook)[:1] == mine
    assert [kind for kind, _ in cells(notebook)[1:]] == [
        "markdown", "code", "markdown", "code", "markdown",
    ]  # fmt: skip
    assert notebook.page.locator(".jp-MarkdownCell img").count() == 0
    notebook.page.keyboard.press("z")
    wait_for_cells(notebook, mine)
    assert notebook.errors == []


def test_without_the_extension_answers_come_and_no_button_is_there_for_what_it_does(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ANSWER)
    notebook = open_notebook([provider.cell("--keep")], extension=False)
    notebook.run(0)
    notebook.wait_until_run(0)
    expect(notebook.live(0)).to_have_attribute("data-status", "complete")
    expect(notebook.live(0).get_by_role("button", name="Copy code").first).to_be_visible()
    for name in ("Insert", "Run again"):
        assert notebook.live(0).get_by_role("button", name=name).count() == 0


def test_the_status_bar_lists_what_runs_in_this_notebook_and_cancels_each_the_palette_all(
    open_notebook: OpenNotebook, provider: Provider, lab: Lab
) -> None:
    provider.speech = Speech(tokens=["```python\nx = 1\n```\n\n", *ENDLESS], tokens_per_s=50)
    flags = "--background"
    notebook = open_notebook([provider.cell(flags), provider.cell(flags)], theme="dark")
    page = notebook.page
    item = page.locator(".nbstream-item button")
    expect(item).to_have_count(1)
    expect(item).to_be_hidden()
    # one after the other: the list has them in the order in which they came to be shown
    for cell in (0, 1):
        notebook.run(cell)
        expect(notebook.log(cell)).to_contain_text("word5 ")
    expect(item).to_have_text("2 generations")
    item.press("Enter")
    rows = page.get_by_role("dialog", name="Generations that run in this notebook").locator("li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Say something.")
    expect(rows.first).to_contain_text("Writing")
    expect(rows.first.get_by_role("button", name="Cancel")).to_be_focused()
    assert violations(notebook, ".nbstream-popup") == []
    assert violations(notebook, ".nbstream-item") == []
    page.keyboard.press("Escape")
    expect(rows).to_have_count(0)
    expect(item).to_be_focused()
    item.click()
    expect(rows.first.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(item).to_have_text("1 generation")
    expect(notebook.live(0)).to_have_attribute("data-status", "cancelled")
    expect(notebook.live(1)).to_have_attribute("data-status", "streaming")
    expect(rows.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(rows).to_have_count(0)
    expect(button(notebook, "Run again")).to_be_visible()
    assert violations(notebook, ".nbstream") == []
    page.evaluate(OPEN_BESIDE, lab.write_notebook("nbstream-7").name)
    expect(item).to_be_hidden()
    # It takes the focus when it is ready, which would close the palette.
    expect(page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook :focus")).to_have_count(
        1
    )
    assert not page.evaluate("window.jupyterapp.commands.isEnabled('nbstream:cancel')")
    command(notebook, "Cancel All Generations")
    assert provider.left(provider.requests[1])
    page.evaluate(SAVE_AND_CLOSE)
    expect(notebook.live(1)).to_have_attribute("data-status", "cancelled")
    expect(item).to_be_hidden()
    assert [provider.left(request) for request in provider.requests] == [True, True]


@pytest.mark.parametrize("frontend", ["lab", "notebook"])
def test_generate_asks_with_the_selected_text_or_the_markdown_cell_in_a_cell_below(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend, tmp_path: Path
) -> None:
    provider.speech = Speech(tokens=ANSWER)
    recording = tmp_path / "recording.ndjson"
    notebook = open_notebook(
        [provider.cell(f"--record {recording}"), f"%config NbStream.model = 'replay/{recording}'"],
        frontend=frontend,
    )
    page = notebook.page
    notebook.run_all()
    notebook.wait_until_run(1)
    asked = "Name a *river* of {os} and {__name__}."
    page.evaluate(ADD_MARKDOWN, asked)
    notebook.select(2)
    page.keyboard.press("Alt+Shift+g")
    # nothing here loads nbstream yet: the notebook gets what it needs to be run anew
    notebook.until(lambda: len(cells(notebook)) == 4)
    load = "%load_ext nbstream"
    assert cells(notebook)[2:] == [
        ["code", load],
        ["code", f"%%generate --no-interpolate\n{asked}"],
    ]
    expect(button(notebook, "Run again", 4)).to_be_visible()

    first = "%%generate --max-tokens 99"
    page.evaluate(SET, ["firstLine", first])
    notebook.log(4).locator("p").last.evaluate(SELECT)
    command(notebook, "Generate from Selection or Markdown Cell")
    notebook.until(lambda: len(cells(notebook)) == 5)
    assert cells(notebook)[4] == ["code", f"{first} --no-interpolate\nThat is it."]
    expect(button(notebook, "Run again", 5)).to_be_visible()

    # in the editor of a cell that was run: its last line, not what was selected before
    notebook.cell(0).locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("Alt+Shift+g")
    notebook.until(lambda: len(cells(notebook)) == 6)
    assert cells(notebook)[0] == ["code", f"{first} --no-interpolate\nSay something."]
    expect(button(notebook, "Run again", 1)).to_be_visible()
    page.evaluate(SET, ["firstLine", None])
    notebook.fill(["%config NbStream.model = ''"])
    assert notebook.result(0) == ""


def test_the_toolbars_list_the_shortcuts_and_the_palette_cancel_in_notebook_too(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=50)
    notebook = open_notebook([provider.cell()], frontend="notebook")
    page = notebook.page
    item = page.locator(".nbstream-item button")

    def cancel_in_the_list() -> None:
        expect(item).to_have_text("1 generation")
        item.click()
        listed = page.get_by_role("dialog", name="Generations that run in this notebook")
        stop = listed.get_by_role("button", name="Cancel")
        expect(stop).to_be_focused()
        page.keyboard.press("Escape")
        expect(item).to_be_focused()
        page.keyboard.press("Enter")
        expect(stop).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".jp-Notebook").locator(":focus")).to_have_count(1)

    def cancel_here_with_the_shortcut() -> None:
        notebook.select(0)
        page.keyboard.press("Alt+Shift+c")

    def cancel_all_with_the_shortcut() -> None:
        # with the focus in no notebook, where the other shortcut is none
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Alt+Shift+x")

    for cancel in (
        cancel_in_the_list,
        cancel_here_with_the_shortcut,
        lambda: command(notebook, "Cancel What Runs in This Notebook"),
        cancel_all_with_the_shortcut,
    ):
        notebook.run(0)
        expect(notebook.log(0)).to_contain_text("word5 ")
        cancel()
        assert provider.left(provider.requests[-1])
        notebook.wait_until_run(0)
        expect(notebook.live(0)).to_have_attribute("data-status", "cancelled")
        expect(item).to_have_count(0)
    assert len(provider.requests) == 4
