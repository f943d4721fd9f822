"""The interactive widget by keyboard alone, and with large text in little room."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import ENDLESS, Provider
from tests.browser.test_accessibility import ANSWER
from tests.browser.test_generator import CLIPBOARD, asked, begin, button, cell
from tests.speaking import Speech

# What is wrong with where the focus is, or nothing. Of texts the browser shows the line only.
LOST = """(root) => {
  const at = document.activeElement;
  if (!root.contains(at)) return `it went to ${at.outerHTML.slice(0, 150)}`;
  const seen = at.checkVisibility({ visibilityProperty: true });
  const { left, right, top, bottom } = at.getBoundingClientRect();
  const [least, most] = at.matches("[role=region], textarea") ? [top, bottom] : [bottom, top];
  const whole = least <= innerHeight && most >= 0 && right <= innerWidth && left >= 0;
  const shown = seen && whole && bottom > top;
  return shown ? "" : `it is on ${at.outerHTML.slice(0, 150)}, which is out of sight`;
}"""
IS_BEFORE = """(target) => !!(document.activeElement.compareDocumentPosition(target)
  & Node.DOCUMENT_POSITION_PRECEDING)"""
IS_FOCUSED = "(target) => document.activeElement === target"
# As somebody has it who sets the front end's and the browser's text twice as large.
LARGE = """html { font-size: 200% } :root, body { --jp-ui-font-size1: 26px !important;
  --jp-content-font-size1: 28px !important; --jp-code-font-size: 26px !important }"""
# What stands out of the widget, what has no room for its words, and what lies on something else.
# Consoles and answers scroll; the parameters' summary ends in an ellipsis.
OUT_OF_PLACE = """(root) => {
  const whole = root.getBoundingClientRect();
  const scrolls = ".nbstream-gen-console, .nbstream-markdown";
  const shown = (each) => each.checkVisibility() && !each.closest(scrolls);
  const words = (each) => each.outerHTML.slice(0, 120);
  const out = [...root.querySelectorAll("*")].filter(shown).filter((each) => {
    const { left, right } = each.getBoundingClientRect();
    return left < whole.left - 1 || right > whole.right + 1;
  });
  const fields = [...root.querySelectorAll("button, select, input, textarea")].filter(shown)
    .filter((each) => !each.matches(".nbstream-gen-jump"));
  const cut = fields.filter((each) => {
    const { fontSize, paddingTop, paddingBottom } = getComputedStyle(each);
    const room = each.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
    const isWide = each.scrollWidth > each.clientWidth + 1;
    return room < 1.1 * parseFloat(fontSize)
      || each.matches("button:not(.nbstream-gen-said)") && isWide;
  });
  const place = (each) => [each.closest(".nbstream-gen-scroll"), each.getBoundingClientRect()];
  const onOthers = fields.filter((one, at) => fields.slice(at + 1).some((other) => {
    const [[boxA, a], [boxB, b]] = [place(one), place(other)];
    return boxA === boxB && a.left < b.right - 1 && b.left < a.right - 1
      && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  }));
  return [out, cut, onOthers].map((found) => found.map(words));
}"""


class Keyboard:
    """Goes by Tab alone, and looks at each step where the focus is."""

    def __init__(self, notebook: NotebookPage, widget: Locator) -> None:
        self._page = notebook.page
        self._widget = widget

    def reach(self, target: Locator) -> None:
        expect(target).to_be_visible()
        key = "Shift+Tab" if target.evaluate(IS_BEFORE) else "Tab"
        for _ in range(60):
            if target.evaluate(IS_FOCUSED):
                return
            self._page.keyboard.press(key)
            self.check()
        raise AssertionError(f"{target} is not reached with {key}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self._page.keyboard.press(key)

    def type(self, words: str, *keys: str) -> None:
        self._page.keyboard.type(words)
        for key in keys:
            self._page.keyboard.press(key)

    def check(self) -> None:
        assert self._widget.evaluate(LOST) == ""


def test_all_is_done_by_keyboard_and_no_deed_loses_the_focus_whatever_the_size(
    open_notebook: OpenNotebook, provider: Provider, tmp_path: Path
) -> None:
    files = [tmp_path / "one.txt", tmp_path / "a-name-that-is-long-enough-to-wrap.txt"]
    for file in files:
        file.write_text(file.name)
    notebook = open_notebook(["import nbstream", cell(provider)])
    widget, page = begin(notebook), notebook.page
    count = page.locator(".jp-Notebook .jp-Cell").count()
    keys = Keyboard(notebook, widget)
    prompt = widget.get_by_role("textbox", name="Prompt", exact=True)
    logs = widget.get_by_role("log")
    conversation = widget.get_by_role("region", name="Conversation")
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    prompt.focus()

    with page.expect_file_chooser() as choosing:
        keys.press(button(widget, "Attach…"))
    choosing.value.set_files(files)
    chips = widget.get_by_role("list", name="Attached to the next prompt").get_by_role("listitem")
    expect(chips.filter(has_text="file, ")).to_have_count(2)
    keys.press(button(widget, f"Take away {files[0].name}"))
    expect(button(widget, f"Take away {files[1].name}")).to_be_focused()
    keys.press(widget.get_by_role("combobox", name="Model", exact=True), "End")
    expect(widget.get_by_role("textbox", name="Model, as provider/model")).to_be_focused()
    keys.type("openai-chat/other", "Enter")
    expect(widget.get_by_role("combobox", name="Model")).to_have_value("openai-chat/other")
    parameters = widget.get_by_role("button", name="Parameters")
    keys.press(parameters)
    keys.reach(widget.get_by_role("spinbutton", name="Longest answer, in tokens"))
    keys.type("64", "Tab")
    expect(parameters).to_have_text("Parameters: max tokens 64")

    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=50)
    keys.reach(prompt)
    keys.type("Go on and on.")
    keys.press(button(widget, "Generate"))
    expect(logs).to_contain_text("word5 ")
    assert [asked(provider)[name] for name in ("model", "max_tokens")] == ["other", 64]
    expect(button(widget, "Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(widget).to_have_attribute("data-status", "cancelled")
    expect(button(widget, "Generate")).to_be_focused()

    provider.speech = Speech(tokens=ANSWER)
    keys.reach(prompt)
    keys.type("And then?", "Control+Enter")
    expect(logs.nth(1)).to_contain_text("That is it.")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keys.press(button(widget, "Copy answer 2"))
    notebook.until(lambda: "That is it." in page.evaluate(CLIPBOARD))
    # A notebook's commands are single keys: this one takes cells away.
    keys.type("x")
    keys.press(button(widget, "Edit prompt 1"))
    keys.type("First. ")
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=50)
    keys.press(button(widget, "Send again"))
    expect(logs).to_have_count(1)
    expect(logs).to_contain_text("word5 ")
    expect(conversation).to_be_focused()
    page.keyboard.press("Escape")
    expect(widget).to_have_attribute("data-status", "cancelled")
    expect(conversation).to_be_focused()
    provider.speech = Speech(tokens=ANSWER)
    keys.press(button(widget, "Retry answer 1"))
    expect(logs).to_contain_text("That is it.")
    expect(widget).to_have_attribute("data-status", "complete")
    expect(conversation).to_be_focused()
    keys.press(button(widget, "Delete answer 1"))
    expect(logs).to_have_count(0)
    expect(prompt).to_be_focused()
    keys.press(button(widget, "Undo"))
    expect(logs).to_have_count(1)
    expect(prompt).to_be_focused()
    events = button(widget, "Events")
    for open_ in (True, False, True):
        keys.press(events)
        console = widget.get_by_role("region", name="Events of the newest answer")
        expect(console).to_be_visible(visible=open_)
        keys.check()

    keys.press(button(widget, "Edit prompt 1"))
    host, large = widget.locator(".."), page.add_style_tag(content=LARGE)
    try:
        for width, enlarged in ((640, False), (1280, True), (640, True)):
            page.set_viewport_size({"width": width, "height": 800})
            large.evaluate("(sheet, enlarged) => { sheet.disabled = !enlarged }", enlarged)
            for own in ("", "320px"):
                host.evaluate("(host, width) => { host.style.width = width }", own)
                assert widget.evaluate(OUT_OF_PLACE) == [[], [], []], (width, enlarged, own)
            host.evaluate("(host) => { host.style.width = '' }")
        keys.reach(events)
    finally:
        large.evaluate("(sheet) => sheet.remove()")
        page.set_viewport_size({"width": 1200, "height": 1600})
        page.evaluate("window.jupyterapp.shell.expandLeft()")
    keys.press(button(widget, "New conversation"))
    expect(logs).to_have_count(0)
    expect(prompt).to_be_focused()
    assert page.locator(".jp-Notebook .jp-Cell").count() == count
    assert notebook.errors == []
