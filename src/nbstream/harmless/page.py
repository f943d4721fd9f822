"""A page of HTML from which nothing leads anywhere, for a frame without scripts.

Every tag is written anew with its values escaped, and no `<` is left that is not of such a tag: so
a browser reads what was decided here, whatever the text was meant to look like to it.
"""

from __future__ import annotations

import re
from html import escape

from .invisible import visible
from .markup import EndTag, StartTag, tokens

# They load, lead on, hold pages of their own, or turn what is inside into something else.
_RENAMED = re.compile(
    "link|meta|base|iframe|frame|frameset|object|embed|applet|portal|fencedframe|webview"
    "|noscript|noembed|noframes|xmp|plaintext|listing|param"
)
# Of these nobody looks for the address.
_UNSEEN = frozenset(("link", "meta", "base", "html", "head", "body"))
_VOID = re.compile(
    "area|br|col|hr|img|input|source|track|wbr"
    "|link|meta|base|frame|embed|param|basefont|bgsound|keygen"
)
_NAME = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
_ATTRIBUTE_NAME = re.compile(r"[a-z_][a-z0-9_.:-]*", re.ASCII)
_LINKS = re.compile("href|action|formaction|cite|longdesc")
_LOADED = re.compile("src|srcset|poster|background|data|dynsrc|lowsrc|imagesrcset")
_ACTS = re.compile(
    "on.*|ping|srcdoc|target|formtarget|formmethod|http-equiv|manifest|download|base"
    "|attributionsrc|codebase|classid|archive|profile|nonce|autofocus|accesskey",
    re.DOTALL,
)
_DATA = re.compile(r"data:(?:image|audio|video|font)/", re.IGNORECASE)
_FOREIGN = frozenset(("svg", "math"))


def harmless_page(html: str) -> str:
    """The HTML without what navigates, submits or loads. Where an address was that somebody might
    have followed, it stands beside as text; links within the page stay."""
    writer = _Writer()
    for token in tokens(html):
        match token:
            case StartTag():
                writer.start(token)
            case EndTag(name):
                writer.end(name)
            case _:
                writer.text(token.text)
    return writer.whole()


class _Writer:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: dict[str, list[str]] = {}
        """The addresses of the open elements, by the elements' names."""
        self._waiting: list[str] = []
        """Those of a drawing, in which text stands nowhere of itself."""
        self._drawings = 0
        self._in = ""

    def start(self, tag: StartTag) -> None:
        name = self._in = tag.name
        if name == "script" or not _NAME.fullmatch(name):
            return
        kept, address = _kept(name, tag.attributes)
        is_empty = tag.is_empty and self._drawings > 0
        self._out.append(f"<{_renamed(name)}{kept}{'/' * is_empty}>")
        self._drawings += name in _FOREIGN
        if name in _UNSEEN:
            return
        if _VOID.fullmatch(name) or is_empty:
            self._say(address)
        elif address or name in self._open:
            self._open.setdefault(name, []).append(address)

    def end(self, name: str) -> None:
        self._in = ""
        if name == "script" or not _NAME.fullmatch(name) or _VOID.fullmatch(name):
            return
        addresses = self._open.get(name)
        if addresses:
            self._say(addresses.pop())
        self._out.append(f"</{_renamed(name)}>")
        if name in _FOREIGN and self._drawings:
            self._drawings -= 1
            if not self._drawings:
                self._say_waiting()

    def text(self, text: str) -> None:
        if self._in == "style":
            # in a drawing a style sheet's text is markup: there is no `<` in this one
            text = text.replace("<!--", "").replace("-->", "").replace("<", r"\3c ")
            self._out.append(text)
        elif self._in != "script":
            self._out.append(escape(text, quote=False))

    def whole(self) -> str:
        """What was written, with the addresses of what was never closed."""
        for addresses in self._open.values():
            self._waiting += addresses
        self._say_waiting()
        return "".join(self._out)

    def _say(self, address: str) -> None:
        if not address:
            return
        if self._drawings:
            self._waiting.append(address)
        else:
            self._out.append(f" ({escape(visible(address))})")

    def _say_waiting(self) -> None:
        waiting, self._waiting, self._drawings = self._waiting, [], 0
        for address in waiting:
            self._say(address)


def _renamed(name: str) -> str:
    return f"x-{name}" if _RENAMED.fullmatch(name) else name


def _kept(name: str, attributes: dict[str, str]) -> tuple[str, str]:
    """The attributes that stay, written, and the address that does not."""
    kept: list[str] = []
    address = ""
    for key, value in attributes.items():
        local = key.rpartition(":")[2]
        is_link = _LINKS.fullmatch(local) is not None
        leads = (is_link or _LOADED.fullmatch(local)) and not _is_within(name, is_link, value)
        if leads and (is_link or _RENAMED.fullmatch(name)):
            address = address or value.strip()
        if leads or _ACTS.fullmatch(local) or _RENAMED.fullmatch(name):
            continue
        if not _ATTRIBUTE_NAME.fullmatch(key):
            continue
        # what an animation may set is an address as well
        if local == "attributename" and "href" in value.lower():
            continue
        kept.append(f' {key}="{escape(value)}"')
    return "".join(kept), address


def _is_within(name: str, is_link: bool, value: str) -> bool:
    """Whether the value leads to a part of the page, or is itself what would be loaded."""
    is_data = (not is_link or name in ("image", "feimage")) and _DATA.match(value)
    return value.startswith("#") or bool(is_data)
