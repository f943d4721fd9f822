"""A notebook in a browser, as a person uses it: keys, clicks and what is then to be seen.

Nothing here waits for a time to pass: every wait is for a state of the page, the kernel or a file.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Error, Locator, Page, expect

# What is waited for comes at once on a machine with nothing else to do; on a busy one, late.
TIMEOUT_MS = 60_000
expect.set_options(timeout=TIMEOUT_MS)
_ACTIVE = re.compile(r"\bjp-mod-active\b")
# A cell that was clicked is active at once; one that was missed is clicked again.
_SEEN_MS = 2_000
_CLICKS = 10

READY = """() => {
  const notebook = window.jupyterapp?.shell?.currentWidget;
  const context = notebook?.context;
  const kernel = context?.sessionContext?.session?.kernel;
  return !!context?.isReady && !!kernel && kernel.connectionStatus === "connected"
    && STATUSES.includes(kernel.status);
}"""
FILL = """(sources) => {
  const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
  const cell = { cell_type: "code", metadata: {}, outputs: [], execution_count: null };
  sharedModel.transact(() => {
    sharedModel.deleteCellRange(0, sharedModel.cells.length);
    sharedModel.insertCells(0, sources.map((source) => ({ ...cell, source })));
  });
}"""
LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longTasks.push([task.startTime, task.duration]);
}).observe({ type: "longtask", buffered: true });
"""


class NotebookPage:
    """Cells are counted from 0."""

    def __init__(self, page: Page, address: str, path: Path) -> None:
        self.page = page
        self.path = path
        self.errors: list[str] = []
        """What went wrong in the widget's own code."""
        self.received_bytes = 0
        self._prompts: dict[int, str] = {}
        self._address = address
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("Network.enable")
        self._cdp.on("Network.webSocketFrameReceived", self._count)
        page.on("pageerror", self._note_error)
        page.add_init_script(LONG_TASKS)

    def open(self) -> None:
        """Load the page, wait until its kernel answers, and load the magic."""
        self.page.goto(self._address)
        self._until_ready("idle")
        self.fill(["%load_ext nbstream"])
        said = self.result(0)
        assert said == "", said

    def fill(self, sources: Sequence[str]) -> None:
        """Replace all cells by these code cells."""
        self.page.evaluate(FILL, list(sources))
        expect(self.page.locator(".jp-Notebook .jp-Cell")).to_have_count(len(sources))
        self._prompts.clear()
        self.errors.clear()
        self.page.bring_to_front()

    def is_idle(self) -> bool:
        """Nothing runs and nothing is queued."""
        running = self.page.locator(".jp-InputPrompt", has_text="[*]").count()
        return not running and bool(self.page.evaluate(_ready("idle")))

    def reload(self, *, running: bool = False) -> None:
        """Load the page again, as F5 does, until its kernel is known to be idle, or to be there
        where a cell is `running`."""
        self.page.reload()
        # Each comm message that a subshell has answered makes the page take the kernel for idle.
        self._until_ready("idle", "busy") if running else self._until_ready("idle")

    def _until_ready(self, *statuses: str) -> None:
        self.page.wait_for_function(_ready(*statuses), timeout=2 * TIMEOUT_MS)

    # Cells

    def cell(self, number: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def output(self, number: int) -> Locator:
        return self.cell(number).locator(".jp-Cell-outputArea")

    def live(self, number: int) -> Locator:
        """The root of the live output."""
        return self.output(number).locator(".nbstream")

    def log(self, number: int) -> Locator:
        """The live output's text."""
        return self.live(number).get_by_role("log")

    def select(self, number: int) -> None:
        """Select the cell in command mode, also below an output that grows: that may push it away
        from under the click, onto which the cell above comes."""
        cell = self.cell(number)
        for _ in range(_CLICKS):
            cell.locator(".jp-InputArea-prompt").click()
            with suppress(AssertionError):
                expect(cell).to_have_class(_ACTIVE, timeout=_SEEN_MS)
                return
        raise AssertionError(f"Cell {number} was not to be selected.")

    def run(self, *numbers: int) -> None:
        """Run these cells, each as soon as the one before it has ended."""
        for number in numbers:
            self._prompts[number] = self.prompt(number).inner_text()
            self.select(number)
            self.page.keyboard.press("Control+Enter")

    def run_all(self) -> None:
        """Run every cell, the later ones queued behind the first that takes its time."""
        self.run(*range(self.page.locator(".jp-Notebook .jp-Cell").count()))

    def prompt(self, number: int) -> Locator:
        return self.cell(number).locator(".jp-InputPrompt")

    def wait_until_run(self, number: int) -> None:
        """Until the cell has ended, well or not: its number stands where the star was."""
        before = re.escape(self._prompts.get(number, ""))
        ended = re.compile(rf"^(?!{before}$)\[\d+\]:$" if before else r"^\[\d+\]:$")
        expect(self.prompt(number)).to_have_text(ended)

    def wait_until_aborted(self, number: int) -> None:
        """Until the cell, queued before, was taken off the queue without being run."""
        expect(self.prompt(number)).to_have_text("[ ]:")

    def wait_until_idle(self) -> None:
        self._until_ready("idle")

    def result(self, number: int) -> str:
        """Run the cell, and the text of its output."""
        self.run(number)
        self.wait_until_run(number)
        return self.output(number).inner_text()

    # What a person does to a running answer

    def click_cancel(self, number: int) -> None:
        self.live(number).get_by_role("button", name="Cancel").click()

    def press_escape(self, number: int) -> None:
        """Esc with the focus inside the output."""
        self.live(number).focus()
        self.page.keyboard.press("Escape")

    def click_stop(self) -> None:
        """The ■ in the toolbar."""
        self.page.locator("[data-command='notebook:interrupt-kernel']").first.click()

    def press_i_i(self, number: int) -> None:
        """Two strokes of I in command mode."""
        self.select(number)
        self.page.keyboard.press("i")
        self.page.keyboard.press("i")

    # What is left

    def save(self) -> dict[str, Any]:
        """Save, and the notebook as it then stands on disk."""
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        self.until(lambda: self.path.stat().st_mtime_ns != before and not self._dirty())
        return json.loads(self.path.read_text())

    def _dirty(self) -> bool:
        return bool(self.page.evaluate("window.jupyterapp.shell.currentWidget.context.model.dirty"))

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until it holds, with the page's own events going on meanwhile."""
        deadline = time.monotonic() + TIMEOUT_MS / 1000
        while not condition():
            assert time.monotonic() < deadline, "the condition never came to hold"
            self.page.wait_for_timeout(20)

    def slow_down(self, times: float) -> None:
        """Let the page's processor be so many times slower; 1 is as fast as it is."""
        self._cdp.send("Emulation.setCPUThrottlingRate", {"rate": times})

    # What it costs

    def long_tasks_ms(self) -> float:
        """The sum of the page's long tasks (above 50 ms each) since it was loaded."""
        return float(self.page.evaluate("longTasks.reduce((sum, task) => sum + task[1], 0)"))

    def _note_error(self, error: Error) -> None:
        # The front ends have errors of their own; the widget's code comes from blobs.
        if "blob:" in (error.stack or ""):
            self.errors.append(str(error))

    def _count(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        size = len(frame["payloadData"])
        # Binary frames are told in base64.
        self.received_bytes += size if frame["opcode"] == 1 else size * 3 // 4


def _ready(*statuses: str) -> str:
    return READY.replace("STATUSES", json.dumps(statuses))
