"""Where there is no notebook page: the interactive widget, and a stream, in marimo and Voila."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.provider import ENDLESS, MODEL, Provider
from tests.browser.serving import serving
from tests.kernels import write_kernelspecs
from tests.speaking import Speech

OPEN_TIMEOUT_MS = 90_000
APP = """
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import nbstream

    gen = nbstream.Generator(model={model!r}, base_url={url!r})
    shown = mo.ui.anywidget(gen)
    shown
    return mo, shown


@app.cell
def _(mo, shown):
    mo.md(f"status: {{shown.value['status']}} answers: {{len(shown.generations)}}")
    return


@app.cell
async def _(mo):
    from nbstream import events, stream

    text = ""
    async for event in stream("A river?", model={model!r}, base_url={url!r}):
        if isinstance(event, events.TextDelta):
            text += event.text
            mo.output.replace(mo.md(text))
    return


if __name__ == "__main__":
    app.run()
"""


def own(folder: Path) -> dict[str, str]:
    """Where the servers and their kernels find and keep their files."""
    names = ("IPYTHONDIR", "XDG_CONFIG_HOME")
    return {**{name: str(folder / name.lower()) for name in names}, "JUPYTER_PATH": str(folder)}


def test_marimo_shows_a_stream_as_it_grows_and_the_widget_which_cancels_and_has_a_value(
    context: BrowserContext, provider: Provider, tmp_path: Path
) -> None:
    provider.speech = Speech(tokens=["The ", "**Aare**", " ends."], hold_after=2)
    app = tmp_path / "app.py"
    app.write_text(APP.format(model=MODEL, url=provider.url))
    command = ("marimo", "run", app.name, "--headless", "--no-token", "--host=127.0.0.1")
    server = serving(command, tmp_path, "/health", own(tmp_path))
    with server as url, page_of(context, url) as page:
        grown = page.locator("strong", has_text="Aare").locator("..")
        expect(grown).to_have_text("The Aare", timeout=OPEN_TIMEOUT_MS)
        provider.go_on()
        expect(grown).to_have_text("The Aare ends.")
        # marimo's page is light, whatever the system prefers
        page.emulate_media(color_scheme="dark")
        converse(page.locator(".nbstream-gen"), provider)
        for part in (page.locator(".nbstream-gen"), page.get_by_role("log").last):
            expect(part).to_have_css("color", "rgb(31, 35, 40)")
        expect(page.get_by_text("status: complete answers: 2")).to_be_visible()
        # The focus, which marimo's page sees at the whole widget only, stays with who has it.
        for name, then in (("Delete answer 2", "Conversation"), ("Delete answer 1", "Prompt")):
            page.get_by_role("button", name=name, exact=True).press("Enter")
            expect(page.get_by_label(then, exact=True)).to_be_focused()


def test_voila_shows_it_and_cancels(
    context: BrowserContext, provider: Provider, tmp_path: Path
) -> None:
    source = (
        f"import nbstream\ngen = nbstream.Generator(model={MODEL!r}, base_url={provider.url!r})\n"
        "gen"
    )
    kernel = {"name": "nbstream-7", "display_name": "nbstream-7", "language": "python"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source)], metadata={"kernelspec": kernel}
    )
    nbformat.write(notebook, tmp_path / "app.ipynb")
    write_kernelspecs(tmp_path)
    command = ("voila", "app.ipynb", "--no-browser", "--Voila.ip=127.0.0.1")
    server = serving(command, tmp_path, "/voila/files/nonesuch", own(tmp_path))
    with server as url, page_of(context, url) as page:
        converse(page.locator(".nbstream-gen"), provider)


@contextmanager
def page_of(context: BrowserContext, url: str) -> Iterator[Page]:
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    try:
        page.goto(url, timeout=OPEN_TIMEOUT_MS)
        yield page
        # what the front end says when a listener of the widget's throws
        assert [text for text in said if "emitting event" in text or "blob:" in text] == []
    finally:
        page.close()


def converse(widget: Locator, provider: Provider) -> None:
    """A prompt whose answer is cancelled, and one whose answer is whole."""
    expect(widget).to_be_visible(timeout=OPEN_TIMEOUT_MS)
    box = widget.get_by_role("textbox", name="Prompt", exact=True)
    generate = widget.get_by_role("button", name="Generate", exact=True)
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=50)
    box.fill("Go on and on.")
    box.press("Control+Enter")
    expect(widget.get_by_role("log")).to_contain_text("word5 ")
    widget.get_by_role("button", name="Cancel", exact=True).click()
    expect(generate).to_be_visible()
    expect(widget).to_contain_text("Cancelled")
    provider.speech = Speech(tokens=["An ", "*answer*."])
    box.fill("And now?")
    generate.click()
    expect(widget.get_by_role("log").nth(1)).to_have_text("An answer.")
    expect(widget).to_contain_text("2 answers")
