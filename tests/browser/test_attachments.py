"""What was attached stands above the answer, while it runs and when it has ended."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend
from tests.browser.provider import ENDLESS, Provider
from tests.speaking import Speech

SETUP = "notes = 'x' * 1234\nshort = 'a'"


@pytest.mark.parametrize("frontend", ["lab", "notebook"])
def test_chips_with_sizes_are_there_live_and_in_what_is_saved(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend
) -> None:
    provider.speech = Speech(tokens=ENDLESS)
    asked = provider.cell("--with notes short") + " {nonesuch}"
    notebook = open_notebook([SETUP, asked], frontend=frontend)
    notebook.run_all()
    chips = notebook.output(1).get_by_role("list", name="Attached to the prompt")
    expect(chips.get_by_role("listitem")).to_have_text(
        ["notes 1,234 characters", "short 1 character"]
    )
    expect(notebook.output(1)).to_contain_text("nonesuch is no variable here.")
    notebook.click_cancel(1)
    notebook.wait_until_run(1)
    expect(chips.get_by_role("listitem")).to_have_count(2)
    saved = notebook.save()
    (output,) = saved["cells"][1]["outputs"]
    markdown = "".join(output["data"]["text/markdown"])
    assert "with notes (1,234 characters), short (1 character)" in markdown.replace("\\", "")
