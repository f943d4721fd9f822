"""A person's mistakes, and servers that do not do as they should: one sentence, no traceback."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook

MISTAKES = {
    "an unknown flag": ("%%generate --nonsense\nHello", "--nonsense"),
    "a wrong value": ("%%generate --max-tokens many\nHello", "many"),
    "an empty prompt": ("%%generate openai-chat/any\n\n", "empty"),
    "a missing key": ("%%generate anthropic/claude-sonnet-5-5\nHello", "ANTHROPIC_API_KEY"),
    "an unknown provider": ("%%generate nonesuch/any\nHello", "nonesuch"),
    "no recording": ("%%generate replay/nonesuch.ndjson\nHello", "nonesuch.ndjson"),
    "an unreachable server": (
        "%%generate openai-chat/any --base-url http://127.0.0.1:9/v1 --retries 0\nHello",
        "127.0.0.1:9",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_sentence_says_what_to_do(open_notebook: OpenNotebook, mistake: str) -> None:
    source, named = MISTAKES[mistake]
    notebook = open_notebook(["%env ANTHROPIC_API_KEY=", source])
    notebook.run_all()
    notebook.wait_until_run(1)
    output = notebook.output(1)
    expect(output).to_contain_text(named)
    expect(output).not_to_contain_text("Traceback")
    # The sentence is there for eyes and for screen readers, then the footer and the cell's error.
    assert len(output.inner_text()) < 500
