"""Answers that would run, load or mislead, and what the notebook saves of an answer."""

from __future__ import annotations

from typing import Any

from nbstream.events import End, TextDelta, Usage
from nbstream.generation import Generation
from nbstream.sinks.saved import mimebundle
from nbstream.sinks.saved_frames import saved_frames
from nbstream.transcript import Transcript
from tests.streams import numbered

_IMG = "<img src=x onerror=alert(1)>"
_LOAD = "http://evil.invalid/x.png"
_ATTRIBUTE = 'http://x.invalid/$"onmouseover=alert(1) style="background:url(//evil.invalid)$'
OWN = [
    "<script>alert(1)</script>",
    f"a {_IMG} b",
    f"<div>\n{_IMG}\n</div>",
    f"<details open>\n<summary>s</summary>\n\n{_IMG}\n\n</details>",
    f"- <svg onload=alert(1)>\n- > {_IMG}",
    f"| {_IMG} | `{_IMG}` |\n|-|-|\n| <iframe srcdoc='<script>alert(1)</script>'> | a |",
    f"# <style>@import '{_LOAD}'</style>",
    f"<style>\n* {{ background: url({_LOAD}) }}\n</style>",
    f'<link rel="stylesheet" href="{_LOAD}">',
    f"<base href={_LOAD}> <meta http-equiv=refresh content='0;url={_LOAD}'>",
    f"<!-- a --> <!--> {_IMG} <![CDATA[>{_IMG}]]> <?a?>{_IMG} <!A {_IMG}>",
    f"<!--\n{_IMG}\n\n{_IMG}",
    f"![a]({_LOAD}) ![]({_LOAD} 'b') [![a]({_LOAD})]({_LOAD}) !![a]({_LOAD})",
    f"![a][r] ![r][] ![r]\n\n[r]: {_LOAD}",
    f"![a][r]\n\n> [r]:\n> {_LOAD}\n> 'b'",
    f"![a]({_LOAD}",
    "[a](javascript:alert(1)) [a](&#106;avascript&colon;alert(1)) <javascript:alert(1)>",
    "[a][r]\n\n[r]: data:text/html,<script>alert(1)</script>",
    "![a](attachment:a.png) [a](file:///etc/passwd)",
    f"$\\href{{javascript:alert(1)}}{{a}}$ $\\style{{background:url({_LOAD})}}{{a}}$",
    f"$\\bbox[background:url({_LOAD})]{{a}}$ $\\require{{html}}\\class{{a}}{{b}}$",
    f"\\$&#92;style{{background:url({_LOAD})}}{{a}}\\$",
    f"$`$ {_IMG}` and $ `$`{_IMG}`",
    f"$$\n\n```\n$$ {_IMG}\n```",
    f"`a \\begin{{x}}` b \\end{{x}} `{_IMG}`",
    f"- $\n- ```\n  $\n  {_IMG}\n  ```",
    f"```mermaid\n{_IMG}\n```\n\n- ~~~ mermaid\n  {_IMG}\n  ~~~",
    f'```mermaid\nflowchart TD\nA@{{ img: "{_LOAD}" }}\n```',
    f"[a]({_ATTRIBUTE.replace(' ', '%20')}) {_ATTRIBUTE}",
    f'$" onmouseover=alert(1) x="$ [a](http://x.invalid/@\\@0@@) {_ATTRIBUTE}',
    f"[a](/u '{_ATTRIBUTE}')",
    f"- a\n\n      {_IMG}\n\n1. b\n\n   ```html\n   {_IMG}\n   ```",
    f'    {_IMG}\n\n~~~ $"onmouseover=alert(1)\n{_IMG}',
    f"> ```\n> {_IMG}\n> ```\n{_IMG}",
    "www.a.invalid/<script>alert(1)</script>",
    f"&lt;img src=x onerror=alert(1)> &#60;script>alert(1)</script> \\{_IMG} \\\\{_IMG}",
    f"[^1]: {_LOAD}\n\n![^1]",
]


def transcript(text: str) -> Transcript:
    return Transcript(numbered([TextDelta(text), Usage(3, 9), End("complete", "stop")]))


def saved(text: str) -> dict[str, Any]:
    """What everybody's front end has of an answer."""
    return dict(mimebundle(Generation.of(transcript(text))))


def drawn(text: str) -> dict[str, Any]:
    """The same with what nbstream's own renderer draws."""
    return {**saved_frames(transcript(text)), **saved(text)}
