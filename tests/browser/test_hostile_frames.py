"""A stranger's notebook whose answers are frames that no nbstream wrote, opened."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.lab import Lab, Look

FRAMES = "application/vnd.nbstream.v1+json"
SO_FAR = "application/vnd.nbstream.so-far.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
MANY = 40_000
START = {"type": "start", "version": 1, "model": "m", "started_at": 7.0}
END = {"type": "end", "status": "complete"}
TEXT = {"type": "text-delta", "text": "Some **bold** words."}
CONTEXT = "window.jupyterapp?.shell?.currentWidget?.context"


def numbered(events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    frames = [{"seq": at, "at_s": at / 1000, **event} for at, event in enumerate(events)]
    return {"version": 1, "frames": frames}


def hostile(mime: str, *events: dict[str, Any]) -> dict[str, Any]:
    """An output with these frames between a start and an end."""
    data = {mime: numbered([START, *events, END]), "text/plain": "Some plain words."}
    if mime == SO_FAR:
        data[WIDGET] = {"model_id": "gone", "version_major": 2, "version_minor": 0}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def written(lab: Lab, outputs: Sequence[dict[str, Any]]) -> Path:
    """A notebook that was never trusted, with a cell for each of the outputs."""
    path = lab.write_notebook("nbstream-7")
    notebook = json.loads(path.read_text())
    # JupyterLab would add these itself, and call the notebook changed
    notebook["metadata"] = {
        "kernelspec": {"display_name": "nbstream-7", "language": "python", "name": "nbstream-7"},
        "language_info": {
            "codemirror_mode": {"name": "ipython", "version": 3},
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
            "nbconvert_exporter": "python",
            "pygments_lexer": "ipython3",
            "version": platform.python_version(),
        },
    }
    notebook["cells"] = [
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": f"cell{number}",
            "metadata": {},
            "outputs": [output],
            "source": "%%generate\nHi",
        }
        for number, output in enumerate(outputs)
    ]
    nbformat.validate(notebook)
    path.write_text(json.dumps(notebook))
    return path


def opened(lab: Lab, context: BrowserContext, path: Path) -> Page:
    lab.apply(Look("lab", "nbstream-7", "default", "light", extension=True))
    page = context.new_page()
    page.goto(lab.address(path, "lab"))
    page.wait_for_function(f"{CONTEXT}?.isReady && {CONTEXT}.sessionContext.isReady")
    return page


def outputs_of(page: Page) -> list[Any]:
    """The outputs as the page's notebook has them now."""
    cells = page.evaluate(f"{CONTEXT}.model.toJSON().cells")
    return [output for cell in cells for output in cell["outputs"]]


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ({"type": "phase-start", "phase": "waiting"}, "more than 2,000 phase-start frames"),
        ({"type": "notice", "level": "info", "text": "So."}, "more than 2,000 notice frames"),
        ({"type": "phase-start", "phase": {}}, "not readable: phase is an object"),
    ],
)
def test_frames_that_no_answer_has_are_text_and_a_sentence_and_change_nothing(
    lab: Lab, context: BrowserContext, event: dict[str, Any], sentence: str
) -> None:
    path = written(lab, [hostile(FRAMES, *[event] * MANY), hostile(FRAMES, TEXT)])
    before = path.read_bytes()
    page = opened(lab, context, path)
    refused = page.locator(".nbstream-saved").first
    expect(refused).to_contain_text(sentence)
    expect(refused).to_contain_text("Some plain words.")
    expect(page.locator(".nbstream-saved strong")).to_have_text("bold")
    assert not page.evaluate(f"{CONTEXT}.model.dirty")
    assert outputs_of(page) == [cell["outputs"][0] for cell in json.loads(before)["cells"]]
    assert path.read_bytes() == before
    page.close()
    lab.end_session(path)


def test_what_a_stranger_says_came_so_far_is_drawn_and_changes_nothing(
    lab: Lab, context: BrowserContext
) -> None:
    many = [{"type": "phase-start", "phase": "waiting"}] * MANY
    path = written(lab, [hostile(SO_FAR, TEXT), hostile(SO_FAR, *many)])
    before = path.read_bytes()
    page = opened(lab, context, path)
    expect(page.locator(".nbstream-saved strong")).to_have_text("bold")
    expect(page.locator(".nbstream-saved").nth(1)).to_contain_text("more than 2,000 phase-start")
    assert not page.evaluate(f"{CONTEXT}.model.dirty")
    assert outputs_of(page) == [cell["outputs"][0] for cell in json.loads(before)["cells"]]
    assert path.read_bytes() == before
    page.close()
    lab.end_session(path)
