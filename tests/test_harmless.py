"""Saved Markdown: what would run, load or mislead is text or an ordinary link, to every parser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from nbstream import text_window
from nbstream.harmless import safe_markdown, safe_text
from nbstream.harmless.invisible import visible
from nbstream.harmless.link_policy import disguised_host, is_safe_destination

LINKS = json.loads((Path(__file__).parent / "fixtures" / "links.json").read_text())
GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])
IMG = "<img src=x onerror=alert(1)>"
MATH_LINK = 'http://x/$"onmouseover=1 x="$'


def shown(markdown: str) -> str:
    """The text of a page made of the Markdown."""

    class Text(HTMLParser):
        text = ""

        def handle_data(self, data: str) -> None:
            self.text += data

    page = Text()
    page.feed(GFM.render(markdown))
    page.close()
    return " ".join(page.text.replace("\u200c", "").split())


@pytest.mark.parametrize("destination", LINKS["allowed"])
def test_a_destination_that_may_be_a_link(destination: str):
    assert is_safe_destination(destination)


@pytest.mark.parametrize("destination", LINKS["refused"])
def test_a_destination_that_may_not_be_a_link(destination: str):
    assert not is_safe_destination(destination)


@pytest.mark.parametrize(("text", "destination", "host"), LINKS["disguised"])
def test_a_text_that_is_another_address(text: str, destination: str, host: str):
    assert disguised_host(text, destination) == host


def test_a_link_that_reads_like_another_tells_its_host():
    text = "[**bank.example**](https://evil.example/a) ![bank&#46;example](//b)"
    safe = "[**bank.example**](https://evil.example/a) (evil.example) [bank&#46;example](//b) (b)"
    assert safe_markdown(text) == safe
    assert safe_markdown("![a.de](http://b.de)") == "[a&#46;de](http://b.de) (b.de)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello *you*, `code` and 1 < 2 & 3",
        "# Title\n\n- a\n- b\n\n```py\nx = a[0]\n```\n\n    $ code\n",
        "$a < b$ and $$\n\\frac{1}{2}\n$$",
        "see https://a.b/c and a@b.c",
    ],
)
def test_harmless_text_stays_as_it_is(text: str):
    assert safe_markdown(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("![a](http://x/y.png)", "[a](http://x/y.png)"),
        ('![a](/u "t")', '[a](/u "t")'),
        ("![](http://x)", "[image](http://x)"),
        ("![a *b*](/u)", "[a b](/u)"),
        ("![a][r]\n\n[r]: http://x", "[a](http://x)\n\n[//]: #"),
        ("![r]\n\n[r]: http://x", "[r](http://x)\n\n[//]: #"),
        ("[![a](/i)](/u)", "[a](/u)"),
        ("[![](/i)](/u)", "[image](/u)"),
        ("!![a](/u)", "&#33;[a](/u)"),
        ("\\![a](/u)", "&#33;[a](/u)"),
        ("![a](http://x", "&#33;[a&#93;(http://x"),
        ("![a](attachment:b.png)", "a"),
        ("![a](data:image/png;base64,AAAA)", "a"),
    ],
)
def test_an_image_is_a_link_with_its_name(text: str, safe: str):
    assert safe_markdown(text) == safe


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("[a *b*](javascript:c)", "a *b*"),
        ("[a](&#106;avascript&colon;b)", "a"),
        ("[a][r]\n\n[r]: javascript:b", "a\n\n[//]: #"),
        ("<javascript:b>", "javascript&#58;b"),
        ("[1. a](javascript:b)", "&#49;. a"),
        ("[# a](vbscript:b)", "&#35; a"),
        ("- [](javascript:b)", "- &#32;"),
        ("ftp://a.b", "ftp&#58;//a.b"),
        ('[a](http://x/$"y$)', "[a](http://x/%24%22y%24)"),
    ],
)
def test_a_link_leads_only_where_it_may(text: str, safe: str):
    assert safe_markdown(text) == safe


def test_a_long_destination_is_not_repeated_at_every_use():
    text = "[a] " * 1000 + f"\n\n[a]: http://{'x' * 5000}\n"
    assert len(safe_markdown(text)) < 5000


@pytest.mark.parametrize(
    "text",
    [
        "a <b onclick=x>c</b> d",
        "a <!-- b --> <? c ?> <![CDATA[ d ]]> <!E f>",
        "| a | <i> |\n|---|---|\n| `<b>` | c |",
        "# <i>a</i>",
        "> a\n> <b>\n> `<c\n> d>`",
        "<details>\n<summary>a</summary>\n\nb *c*\n\n</details>",
        "- <script>\n  a\n  </script>\n- b",
        "<!-- a\n\nb",
        "\\<b> \\\\<b> `<b>` <b",
        "1. a\n\n   ```html\n   <b>\n   ```\n",
        "a\n\n    <b>\n",
        "<https://a.b/c?d=e&f=g>",
    ],
)
def test_html_is_shown_as_text(text: str):
    plain = MarkdownIt("commonmark", {"html": False}).enable("table").disable("html_block")
    page = re.sub(r"<[^>]*>", "", plain.disable("html_inline").render(text))
    expected = page.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    expected = expected.replace("&amp;", "&")
    assert shown(safe_markdown(text)).split() == expected.split()
    assert dangers(GFM.render(safe_markdown(text))) == []


def test_html_blocks_and_code_keep_their_lines():
    assert safe_markdown("a\n<div>\n b\n") == "a\n\n```html\n<div>\n b\n```\n"
    assert safe_markdown("```\n<b>\n```\nc") == "```text\n<b>\n```\n\nc"
    assert safe_markdown("~~~~ js x\n```\n<b>") == "````js x\n```\n<b>\n````"


@pytest.mark.parametrize("info", ["mermaid", "Mermaid x", "geojson"])
def test_code_that_a_front_end_would_draw_is_shown(info: str):
    assert safe_markdown(f"```{info}\na\n```") == "```\na\n```"
    assert safe_markdown(f"- ```{info}\n  a\n  ```") == "- ```\n  a\n  ```"


@pytest.mark.parametrize(
    "tex",
    [
        "\\href{javascript:a}{b}",
        "&#92;href{javascript:a}{b}",
        "\\\\href{a}",
        "\\hr&#101;f{a}",
        "\\style{a}{b}",
        "\\class{a}{b}",
        "\\require{html}",
        "\\bbox[background:url(//x)]{a}",
    ],
)
def test_tex_that_links_or_loads_is_broken(tex: str):
    safe = safe_markdown(f"${tex}$")
    assert not re.search(r"\\(?:href|style|class|require|bbox)", GFM.render(safe))
    assert shown(safe) == shown(f"${tex}$")


def test_tex_in_code_and_harmless_tex_stay():
    assert safe_markdown("```tex\n\\href{a}{b}\n```") == "```tex\n\\href{a}{b}\n```"
    assert shown(safe_markdown("`\\href{a}`")) == "\\href{a}"
    assert safe_markdown("<b> $a <b$ and $c[d](e)$").endswith("$a < b$ and $c[d](e)$")


def test_characters_that_hide_or_reorder_are_named():
    for char in "\u202e\u2066\u200b\u00ad\U000e0041\x07\ufeff":
        for text in (f"a{char}b", f"`a{char}b`", f"    a{char}b", f"[a{char}b](/u)"):
            assert f"aU+{ord(char):04X}b" in safe_markdown(text)
        assert safe_markdown(f"a&#{ord(char)};b") == f"aU+{ord(char):04X}b"
    assert safe_markdown("a&shy;b&ZeroWidthSpace;c&amp;") == "aU+00ADbU+200Bc&amp;"
    for text in ("👩‍👩‍👧", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "क्‍ष", "1️⃣"):
        assert visible(text) == text


ALLOWED: dict[str, set[str]] = {
    **{
        tag: set()
        for tag in [
            "p",
            "em",
            "strong",
            "del",
            "s",
            "ul",
            "li",
            "blockquote",
            "table",
            "thead",
            "tbody",
            "tr",
            "hr",
            "br",
        ]
    },
    **{f"h{level}": {"id"} for level in range(1, 7)},
    **{tag: {"class"} for tag in ("code", "pre", "span", "div")},
    **{tag: {"align", "style"} for tag in ("th", "td")},
    "a": {"href", "title", "class"},
    "ol": {"start"},
}


def dangers(html: str) -> list[Any]:
    """What in a page is no plain text, mark-up or link."""
    found: list[Any] = []

    class Page(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in ALLOWED:
                found.append(tag)
            for name, value in attrs:
                if name not in ALLOWED.get(tag, ()):
                    found.append((tag, name))
                if name == "href" and not is_safe_destination(value or ""):
                    found.append(value)
                if name == "class" and "mermaid" in (value or "").lower():
                    found.append(value)

        def handle_comment(self, data: str) -> None:
            found.append(data)

        handle_decl = unknown_decl = handle_pi = handle_comment

    page = Page()
    page.feed(html)
    page.close()
    return found


BEGIN = ["- ", "1. ", "> ", "  ", "    ", "", "", "\t", "10. ", "   > ", "- > "]
PIECES = [
    *("```", "~~~", "```js", "```mermaid", "`", "``", IMG, f"`{IMG}`", "<script>", "</script>"),
    *("a", "", "$", "$$", "\\begin{x}", "\\end{x}", "\\\\[", "\\\\]", "\\\\(", "`$`", "\\", "|"),
    *("![a](http://e/x)", "[a](javascript:1)", "[r]: javascript:1", "[r]", "![q][r]", "[a](", ")"),
    *("<!--", "-->", "<?", "?>", "<![CDATA[", "]]>", "<pre>", "</pre>", "<div>", "<", "&#60;b>"),
    *("| a | b |", "|---|---|", "# h", "===", f"    {IMG}", MATH_LINK, f"[r]: {MATH_LINK}", "\\<"),
    *("*", "~~", "@\\@0@@", "![", "](http://e)", "<javascript:1>", "<http://e>", '"x"'),
]
LINES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(BEGIN), max_size=3).map("".join),
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join),
    ).map("".join),
    max_size=12,
).map("\n".join)


@settings(max_examples=400, deadline=None)
@given(LINES)
def test_no_parser_finds_anything_in_any_text(text: str):
    safe = safe_markdown(text)
    assert dangers(GFM.render(safe)) == []
    assert dangers(MarkdownIt("js-default").render(safe)) == []
    assert dangers(str(markdown2html_mistune(safe))) == []


@settings(max_examples=200, deadline=None)
@given(LINES)
def test_what_is_safe_stays_safe(text: str):
    safe = safe_markdown(safe_markdown(text))
    assert dangers(GFM.render(safe)) == []


def test_a_fence_that_only_another_parser_sees_is_not_closed_by_ours():
    safe = safe_markdown(f"- \n   ```\n\na\n\n```\n{IMG}\n```")
    assert f"\n\n```text\n{IMG}\n```" in safe


def test_a_long_text_is_the_same_in_parts():
    one = "a ![b][r] <i>\n\n- `<x>`\n\n      <y>\n\n```\n<z>\n```\n\n"
    many = safe_markdown(one * 3000 + "[r]: http://x\n")
    assert many == safe_markdown(one + "[r]: http://x\n").removesuffix("[//]: #\n") * 3000 + (
        "[//]: #\n"
    )


@given(st.lists(st.sampled_from(["- [a](ftp:x)", "```", "<b>", "[a]: http://x", "[a]", "", "$$"])))
def test_a_text_in_parts_is_written_as_the_whole(lines: list[str]):
    text = "\r\n".join(lines)
    whole = safe_markdown(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_window, "_PART", 8)
        windows = safe_markdown(text)
        for size in (1, 5):
            parts = [text[at : at + size] for at in range(0, len(text), size)]
            assert str(safe_text(parts)) == windows
    assert "".join(windows.split()) == "".join(whole.split())
