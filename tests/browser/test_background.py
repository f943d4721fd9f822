"""Generations that go on while other cells run, and code that becomes a cell."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.provider import ENDLESS, Provider
from tests.speaking import Speech

WIDGET_VIEW = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.widget-view+json']"


def test_two_stream_at_once_beside_a_busy_cell_and_each_is_cancelled_by_its_own_button(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=50)
    notebook = open_notebook(
        [
            provider.cell(flags="--background -o one"),
            provider.cell(flags="--background -o two"),
            # Ends when a click has reached Python while this cell keeps the kernel busy.
            "import time\nwhile one.status != 'cancelled': time.sleep(0.01)",
            "print(two.status, len(one.text) > 0, len(nbstream.running))",
            "import nbstream\nprint(nbstream.running)",
        ]
    )
    notebook.run(0, 1, 2)
    notebook.wait_until_run(0)
    notebook.wait_until_run(1)
    expect(notebook.log(0)).to_contain_text("word5 ")
    expect(notebook.log(1)).to_contain_text("word5 ")
    expect(notebook.prompt(2)).to_have_text("[*]:")
    notebook.live(0).get_by_role("button", name="Cancel", exact=True).click()
    notebook.wait_until_run(2)
    # The static result stands where the live output was; the other one goes on.
    expect(notebook.output(0).locator(WIDGET_VIEW)).to_have_count(0)
    expect(notebook.output(0)).to_contain_text("Cancelled")
    expect(notebook.live(1)).to_have_attribute("data-status", "streaming")
    assert "openai-chat/loopback-1" in notebook.result(4)
    assert notebook.result(3).split() == ["streaming", "True", "1"]
    notebook.live(1).get_by_role("button", name="Cancel", exact=True).click()
    expect(notebook.output(1).locator(WIDGET_VIEW)).to_have_count(0)
    expect(notebook.output(1).locator(".nbstream-saved")).to_contain_text("Cancelled")
    saved = notebook.save()
    for cell in saved["cells"][:2]:
        (output,) = cell["outputs"]
        assert "word5 " in "".join(output["data"]["text/plain"])


def test_insert_makes_a_cell_of_the_code_and_replace_takes_this_one(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=["Here:\n\n", "```python\n", "x = 42\n", "```\n"])
    notebook = open_notebook([provider.cell(flags="--insert"), provider.cell(flags="--replace")])
    notebook.run(1)
    notebook.wait_until_run(1)
    expect(notebook.cell(1).locator(".jp-InputArea-editor")).to_contain_text("x = 42")
    notebook.run(0)
    notebook.wait_until_run(0)
    cells = notebook.page.locator(".jp-Notebook .jp-Cell")
    expect(cells).to_have_count(3)
    sources = ["".join(cell["source"]) for cell in notebook.save()["cells"]]
    assert sources[0].startswith("%%generate")
    assert sources[1:] == ["x = 42", "x = 42"]
