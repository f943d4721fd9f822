"""A notebook as a page of its own: Voila runs its cells, then shows what they left or still do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import BrowserContext, expect

from tests.browser.provider import ENDLESS
from tests.browser.serving import serving
from tests.kernels import write_kernelspecs
from tests.loopback import Answer, LoopbackThread, Received
from tests.speaking import Speech

PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def answer(request: Received) -> Answer:
    endless = request.body["model"] == "endless"
    tokens = ENDLESS if endless else ["Some **bold** words.\n"]
    return Speech(tokens=tokens, tokens_per_s=50).answer(request.path)


@contextmanager
def voila(notebook: Path, folder: Path) -> Iterator[str]:
    """Voila's page of the notebook."""
    write_kernelspecs(folder / "data")
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    environment = {name: str(folder / place) for name, place in places.items()}
    command = ("voila", str(notebook), "--no-browser", "--Voila.ip=127.0.0.1")
    with serving(command, folder, "/voila/files/nonesuch", environment) as url:
        yield f"{url}/"


def test_an_answer_is_static_one_in_the_background_is_live_is_cancelled_and_stays(
    context: BrowserContext, tmp_path: Path
) -> None:
    with LoopbackThread(script=answer) as server:

        def cell(how: str, flags: str = "") -> str:
            return (
                f"%%generate openai-chat/{how} --base-url {server.url}/v1 {flags}\nSay something."
            )

        sources = ["%load_ext nbstream", cell("whole"), cell("endless", "--background -o last")]
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources],
            metadata={"kernelspec": {"name": "nbstream-7", "display_name": "nbstream-7"}},
        )
        nbformat.write(notebook, tmp_path / "page.ipynb")
        with voila(tmp_path / "page.ipynb", tmp_path) as address:
            page = context.new_page()
            heard: list[str | bytes] = []
            page.on(
                "websocket", lambda ws: ws.on("framereceived", lambda frame: heard.append(frame))
            )
            page.goto(address, timeout=60_000)
            expect(page.locator("strong")).to_have_text("bold")
            live = page.locator(".nbstream")
            expect(live).to_have_attribute("data-status", "streaming")
            expect(live.get_by_role("log")).to_contain_text("word5 ")
            live.get_by_role("button", name="Cancel").click()
            expect(live).to_have_attribute("data-status", "cancelled")
            server.wait_closed(server.requests[1])
            while not any("update_display_data" in str(frame) for frame in heard):
                page.wait_for_timeout(20)
            page.evaluate(PAINTED)
            # Voila takes no update of a cell that has ended: the live output is what there is
            expect(page.locator(".nbstream [role=log]")).to_contain_text("word0 word1 ")
            page.close()
