"""Images are links; the hosts a reader names are asked for theirs, by the live output alone."""

from __future__ import annotations

from base64 import b64decode

from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.provider import Provider
from tests.speaking import Speech

PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ANSWER = """One ![allowed](https://images.test/a.png), one ![near](https://evil-images.test/b.png)
and one ![plain](http://images.test/c.png).
"""


def test_allowed_images_are_loaded_without_a_referrer_and_saved_as_links(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    tokens = [ANSWER[at : at + 5] for at in range(0, len(ANSWER), 5)]
    provider.speech = Speech(tokens=tokens, hold_after=len(tokens) - 1)
    notebook = open_notebook([provider.cell("--allow-images images.test")])
    asked: list[Request] = []

    def answer(route: Route) -> None:
        asked.append(route.request)
        route.fulfill(body=PIXEL, content_type="image/png")

    notebook.page.route("**/*.png", answer)
    notebook.run(0)
    image = notebook.log(0).locator("img")
    expect(image).to_have_count(1)
    provider.go_on()
    notebook.wait_until_run(0)
    expect(image).to_have_count(1)
    expect(image).to_have_js_property("naturalWidth", 1)
    expect(image).to_have_attribute("alt", "allowed")
    expect(notebook.log(0).locator("a")).to_have_text(["near", "plain"])
    assert [request.url for request in asked] == ["https://images.test/a.png"]
    assert "referer" not in asked[0].all_headers()

    notebook.save()
    notebook.reload()
    expect(notebook.log(0).locator("a")).to_have_text(["allowed", "near", "plain"])
    expect(notebook.log(0).locator("img")).to_have_count(0)
    assert len(asked) == 1
    notebook.page.unroute("**/*.png")
