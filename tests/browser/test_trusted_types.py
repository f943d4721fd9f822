"""Under a policy that lets no text become markup, hostile answers run, fetch and violate nothing.

The built code is driven in a bare page: the live view with every prefix of every text, the MIME
renderer with each and its half.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.test_hostile_answers import HOSTILE
from tests.conformance.vectors import VECTORS

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src" / "nbstream" / "static"
EXTENSION = ROOT / "js" / "labextension"
HOST = "https://answers.test"
POLICY = "require-trusted-types-for 'script'; trusted-types 'none'"
LUMINO = tuple(sorted(path.name for path in EXTENSION.glob("node_modules/@lumino/*")))
PACKAGES = {f"@lumino/{name}": f"/lumino/{name}.js" for name in LUMINO}
PAGE = f"""<!doctype html><title>Answers</title>
<script type="importmap">{json.dumps({"imports": PACKAGES})}</script>
<script type="module" src="/drive.js"></script>"""
FILES = {
    "/drive.js": Path(__file__).with_name("trusted_types.js"),
    "/stub.js": STATIC / "stub.js",
    "/runtime.js.gz": STATIC / "runtime.js.gz",
    "/math.js.gz": STATIC / "math.js.gz",
    "/generator-stub.js": STATIC / "generator-stub.js",
    "/generator.js.gz": STATIC / "generator.js.gz",
    "/renderer.js": EXTENSION / "lib" / "index.js",
    "/math.js": EXTENSION / "lib" / "math.js",
    **{
        f"/lumino/{name}.js": EXTENSION / f"node_modules/@lumino/{name}/dist/index.es6.js"
        for name in LUMINO
    },
}
MATH = "$\\href{javascript:alert(1)}{x}$ $$\\includegraphics{https://evil.invalid/a}$$ \\(\\html{a}"
# Not `wait_for_function`, which the policy does not let look twice.
READY = "async () => { while (!window.ready) await new Promise((done) => setTimeout(done)); }"
DRIVE = """async ([way, texts]) => {
  let prefixes = 0;
  let unseen = [];
  for (const text of texts) {
    const drawn = await window[way](text);
    prefixes += drawn.prefixes;
    if (drawn.shown === "") unseen.push(text);
  }
  return { prefixes, unseen, violations };
}"""


class Watched:
    """A page, and what happens in it from here on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.fetched: list[str] = []
        """Every address asked for or gone to."""
        self.scripts: list[str] = []
        """Where each script and handler that was compiled came from."""
        page.on("request", lambda request: self.fetched.append(request.url))
        page.on("framenavigated", lambda frame: self.fetched.append(frame.url))
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.on("Debugger.scriptParsed", self._note)
        self.settle()  # which also tells of what was there before
        self.scripts.clear()

    def drive(self, way: str, texts: Sequence[str]) -> dict[str, Any]:
        """Draw the texts; how often, which left nothing to see, and what the policy refused."""
        drawn = self.page.evaluate(DRIVE, [way, texts])
        self.settle()
        return drawn

    def settle(self) -> None:
        """Until all that happened so far is told."""
        self._devtools.send("Debugger.enable")  # pyright: ignore[reportUnknownMemberType]

    def _note(self, script: dict[str, Any]) -> None:
        # The test's own calls have no address.
        if script["url"]:
            self.scripts.append(script["url"])


@pytest.fixture
def watched(context: BrowserContext) -> Iterator[Watched]:
    page = context.new_page()
    page.route("**/*", _serve)
    page.emulate_media(reduced_motion="reduce")  # text is shown with the frame it came before
    page.goto(f"{HOST}/")
    page.evaluate(READY)
    for way in ("live", "saved", "generator"):
        page.evaluate(DRIVE, [way, ["Words and $x$"]])  # what draws math is there from now on
    page.evaluate("import('/math.js')")
    yield Watched(page)
    page.close()


def _serve(route: Route) -> None:
    path = route.request.url.removeprefix(HOST)
    if path == "/":
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(body=PAGE, content_type="text/html", headers=headers)
    elif path in FILES:
        kind = "application/gzip" if path.endswith(".gz") else "text/javascript"
        route.fulfill(body=FILES[path].read_bytes(), content_type=kind)
    else:
        route.abort()


@pytest.fixture(scope="module")
def texts() -> Sequence[str]:
    files = [VECTORS / "hostile" / f"{name}.json" for name in ("owasp_xss", "blns")]
    known = [text for file in files if file.exists() for text in json.loads(file.read_text())]
    return [HOSTILE, MATH, *filter(str.strip, known)]


def test_the_live_view_draws_every_prefix_of_hostile_texts(
    watched: Watched, texts: Sequence[str]
) -> None:
    drawn = watched.drive("live", texts)
    assert drawn["prefixes"] > sum(map(len, texts))
    assert (drawn["unseen"], drawn["violations"]) == ([], [])
    assert (watched.scripts, watched.fetched) == ([], [])


def test_the_mime_renderer_draws_hostile_texts_and_their_halves(
    watched: Watched, texts: Sequence[str]
) -> None:
    drawn = watched.drive("saved", [part for text in texts for part in (text, _half(text))])
    assert (drawn["unseen"], drawn["violations"]) == ([], [])
    assert (watched.scripts, watched.fetched) == ([], [])


def test_a_generator_calls_everything_by_hostile_texts(
    watched: Watched, texts: Sequence[str]
) -> None:
    drawn = watched.drive("generator", texts[::10])  # its answers are the live view's
    assert (drawn["unseen"], drawn["violations"]) == ([], [])
    assert (watched.scripts, watched.fetched) == ([], [])


def _half(text: str) -> str:
    return text[: len(text) // 2 + 1]


def test_what_would_run_fetch_or_violate_is_noticed(watched: Watched) -> None:
    watched.page.evaluate("try { document.body.innerHTML = '<b>bold</b>'; } catch {}")
    watched.page.evaluate(READY.replace("!window.ready", "violations.length === 0"))
    watched.page.evaluate("document.body.append(Object.assign(new Image(), { src: '/evil' }))")
    watched.page.evaluate("import('data:text/javascript,1')")
    watched.settle()
    assert watched.fetched[:1] == [f"{HOST}/evil"]
    assert watched.scripts == ["data:text/javascript,1"]
