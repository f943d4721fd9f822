"""HTML of a model in a page: seen, and nothing more."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend
from tests.browser.provider import Provider
from tests.loopback import Answer, LoopbackThread
from tests.speaking import Speech

HOSTILE = """<!DOCTYPE html>
<html><head><title>T</title>
<meta http-equiv="refresh" content="0;url={at}/refresh">
<link rel="stylesheet" href="{at}/link"><link rel="preload" as="image" href="{at}/preload">
<link rel="preconnect" href="{at}"><link rel="dns-prefetch" href="{at}">
<link rel="icon" href="{at}/icon"><link rel="prefetch" href="{at}/prefetch"><base href="{at}/base/">
<style>@import url("{at}/import"); @font-face {{font-family: f; src: url({at}/font)}}
h1 {{color: rgb(1, 2, 3); font-family: f; background: url({at}/background)}}</style>
<script src="{at}/script"></script>
<script>fetch("{at}/fetch"); top.document.title = "taken"</script>
</head><body onload="fetch('{at}/load')"><h1>Seen</h1>
<img src="{at}/img" srcset="{at}/srcset 2x" onerror="parent.taken = 1"><img src="relative">
<iframe src="{at}/frame"></iframe><iframe srcdoc="<img src='{at}/inner'>"></iframe>
<object data="{at}/object"></object><embed src="{at}/embed">
<video src="{at}/video" autoplay></video>
<svg><image href="{at}/svg"/><use href="{at}/use#a"/></svg><table background="{at}/table"></table>
<form action="{at}/form"><input type="image" src="{at}/input"></form>
</body></html>"""


@pytest.mark.parametrize("frontend", ["lab", "notebook"])
def test_html_is_seen_and_fetches_and_runs_nothing(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend
) -> None:
    with LoopbackThread(Answer([], headers={"access-control-allow-origin": "*"})) as outside:
        at = f"{outside.url}/taken"
        provider.speech = Speech(tokens=HOSTILE.format(at=at).splitlines(keepends=True))
        notebook = open_notebook([provider.cell(flags="-f html")], frontend=frontend)
        notebook.run_all()
        notebook.wait_until_run(0)
        frame = notebook.output(0).frame_locator("iframe")
        heading = frame.get_by_role("heading")
        expect(heading).to_have_text("Seen")
        expect(heading).to_have_css("color", "rgb(1, 2, 3)")
        expect(frame.locator("x-iframe")).to_have_count(2)
        expect(notebook.output(0)).to_contain_text("Complete")
        assert notebook.page.title() != "taken"
        assert notebook.page.evaluate("window.taken") is None
        # What the page itself asks for arrives, and nothing came before it.
        notebook.page.evaluate("(url) => fetch(url).then(() => 0)", f"{at}/control")
        assert [request.path for request in outside.requests] == ["/taken/control"]
        assert outside.server.connections == 1
