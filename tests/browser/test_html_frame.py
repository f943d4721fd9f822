"""HTML of a model in a page: seen, and nothing more."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from nbstream.sinks.html_frame import html_frame
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


# Each is clicked all over; `{at}` is a server that must hear nothing.
WAYS_OUT = [
    '<a href="{at}/a">text</a>',
    '<a href="{at}/a" ping="{at}/ping" target="_top" download>text</a>',
    "<A HREF={at}/a>unquoted</A>",
    "<a\nhref\n=\n'{at}/a'>spread</a>",
    '<a/href="{at}/a">slash</a>',
    '<a href="ht&#116;p&colon;//{host}/entities">entities</a>',
    '<a href="h\ntt\tp://{host}/newlines">newlines</a>',
    '<a href="//{host}/a">no scheme</a>',
    '<a href="relative">relative</a><a href="?query">query</a><a href="">itself</a>',
    '<a href="/\\{host}/a">backslash</a>',
    '<a href="data:text/html,<meta http-equiv=refresh content=0;url={at}/data>">data</a>',
    "<a href=\"javascript:location='{at}/script'\">script</a>",
    '<a title=">" href="{at}/a">a title that looks like the end</a>',
    '<a title=\'"\' href="{at}/a">quotes</a>',
    '<!-- > --><a href="{at}/a">after a comment</a><!-- <a href="{at}/b">',
    '<!--><a href="{at}/a">after a short comment</a>-->',
    '<svg width="99" height="99"><a xlink:href="{at}/svg"><rect width="99" height="99"/></a></svg>',
    '<svg width="99" height="99"><a href="{at}/svg"><text y="20">text</text></a></svg>',
    '<svg width="99" height="99"><a><set attributeName="href" to="{at}/set"/>'
    '<animate attributeName="xlink:href" values="{at}/animate" begin="0s"/>'
    '<rect width="99" height="99"/></a></svg>',
    '<svg><style><a href="{at}/style">text</a></style></svg>',
    '<svg><title><a href="{at}/title">text</a></title></svg>',
    '<svg><desc><a href="{at}/desc">text</a></desc></svg>',
    '<math href="{at}/math"><mtext><a href="{at}/mtext">text</a></mtext></math>',
    '<math><annotation-xml encoding="text/html"><a href="{at}/a">x</a></annotation-xml></math>',
    '<math><style><a href="{at}/style">text</a></style></math>',
    '<svg></p><style><a title="</style><a href={at}/mutated>text</a>">',
    '<noscript><a href="{at}/noscript">text</a></noscript>',
    '<noscript><p title="</noscript><a href={at}/noscript>text</a>">',
    '<textarea><a href="{at}/a"></textarea><a href="{at}/after">after</a>',
    '<title></title><a href="{at}/a">after</a><title>',
    '<template shadowrootmode="open"><a href="{at}/shadow">text</a></template>',
    '<div><template shadowrootmode="open"><a href="{at}/shadow">text</a></template></div>',
    '<xmp><a href="{at}/xmp">text</a></xmp><plaintext><a href="{at}/a">text</a>',
    '<img usemap="#m" width="99" height="99" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
    '<map name="m"><area href="{at}/area" shape="default"></map>',
    '<form action="{at}/form"><input name="q"><button>go</button>'
    '<input type="submit" formaction="{at}/formaction"><input type="image" src="{at}/image">'
    '<button formaction="{at}/button" formtarget="_top">go</button></form>',
    '<form id="f" action="{at}/form"></form><button form="f" formaction="{at}/outer">go</button>',
    '<form action="{at}/dialog" method="dialog"><button>go</button></form>',
    '<isindex action="{at}/isindex"><keygen form="f">',
    '<meta http-equiv="refresh" content="0;url={at}/refresh">text',
    '<p><META HTTP-EQUIV=refresh CONTENT="0;{at}/refresh"></p>',
    '<base href="{at}/base/" target="_top"><a href="#part">part</a><a href="page">page</a>',
    '<iframe src="{at}/frame"></iframe><iframe srcdoc="<a href={at}/inner>text</a>"></iframe>',
    '<object data="{at}/object"><a href="{at}/fallback">text</a></object><embed src="{at}/embed">',
    '<frameset><frame src="{at}/frame"></frameset>',
    '<link rel="prefetch" href="{at}/link"><link rel="prerender" href="{at}/prerender">text',
    '<video poster="{at}/poster" src="{at}/video" controls></video>'
    '<audio src="{at}/audio" controls></audio>',
    '<style>a {{ background: url({at}/css) }} @import "{at}/import";</style><a href="{at}/a">a</a>',
    '<blockquote cite="{at}/cite">text</blockquote><img src="x" longdesc="{at}/longdesc">',
    '<details><summary>text</summary><a href="{at}/details">text</a></details>',
    '<dialog open><a href="{at}/dialog" autofocus accesskey="x">text</a></dialog>',
    '<div onclick="location=\'{at}/click\'" style="background:url({at}/style)">text</div>',
    '<label for="i">text</label><a id="i" href="{at}/label">text</a>',
    '<script>location = "{at}/script"</script><a href="{at}/a">text</a>',
    '<script><!--<script></script><a href="{at}/a">text</a>',
    '<select><option><a href="{at}/option">text</a></option></select>',
    '<table><a href="{at}/table">text</a><tr><td><a href="{at}/cell">text</a></table>',
    "<a href='{at}/unclosed'>text",
    '<image href="{at}/image"><svg><image xlink:href="{at}/image"/><use href="{at}/use#a"/></svg>',
    "<svg><feImage href='{at}/feimage'/><script href='{at}/script'/></svg>",
    "\0<a\0 href='{at}/a'>text</a><a hr\0ef='{at}/b'>text</a>",
]
CLICK_ALL = """() => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((element) =>
    [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
  for (const element of all(document)) {
    const click = new MouseEvent("click", { bubbles: true, cancelable: true, composed: true });
    element.dispatchEvent(click);
    element.click?.();
  }
  return document.links.length;
}"""


def test_no_click_and_no_key_in_the_frame_leads_anywhere(context: BrowserContext) -> None:
    page = context.new_page()
    html_page = Answer([], headers={"content-type": "text/html"})
    with LoopbackThread(html_page) as home, LoopbackThread(html_page) as outside:
        page.goto(f"{home.url}/home")
        host = outside.url.partition("//")[2]
        for way in WAYS_OUT:
            payload = way.format(at=outside.url, host=host) + '<p id="part">End</p>'
            page.set_content(html_frame(payload, "m"))
            frame = frame_of(page)
            frame.evaluate(CLICK_ALL)
            page.locator("iframe").click(position={"x": 20, "y": 20})
            for _ in range(4):
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")
            assert [each.url.partition("#")[0] for each in page.frames] == [
                f"{home.url}/home",
                "about:srcdoc",
            ], way
            assert len(context.pages) == pages_before(context, page), way
        page.evaluate("(url) => fetch(url, { mode: 'no-cors' }).then(() => 0)", outside.url)
        assert [request.path for request in outside.requests] == ["/"]
        assert outside.server.connections == 1
        assert {request.path for request in home.requests} <= {"/home", "/favicon.ico"}
    page.close()


def frame_of(page: Page) -> Frame:
    """The frame of the answer, once it is loaded."""
    element = page.wait_for_selector("iframe")
    frame = element.content_frame() if element else None
    assert frame is not None
    frame.wait_for_load_state()
    return frame


def pages_before(context: BrowserContext, page: Page) -> int:
    """How many pages there are that were not opened by `page`."""
    return sum(each.opener() != page for each in context.pages)


def test_links_within_the_page_go_to_their_part(context: BrowserContext) -> None:
    page = context.new_page()
    with LoopbackThread(Answer([], headers={"content-type": "text/html"})) as home:
        page.goto(f"{home.url}/home")
        tall = '<a href="#part">go</a><p style="height:5000px"></p><p id="part">Part</p>'
        page.set_content(html_frame(tall, "m"))
        frame = frame_of(page)
        frame.get_by_text("go").click()
        expect(frame.get_by_text("Part")).to_be_in_viewport()
        assert frame.url == "about:srcdoc#part"
    page.close()


def test_where_a_link_led_stands_beside_it(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_content(html_frame('<a href="https://a.example/?q=1">There</a>', "m"))
    expect(page.frame_locator("iframe").locator("body")).to_have_text(
        "There (https://a.example/?q=1)"
    )
    page.close()
