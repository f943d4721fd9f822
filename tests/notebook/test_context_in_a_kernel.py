"""What a prompt names, in a real kernel: what the server was sent, and what the cell says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from tests.kernels import running_kernel
from tests.loopback import Answer, LoopbackThread
from tests.speaking import chat_chunks

TIMEOUT_S = 60


class Notebook:
    def __init__(self, client: BlockingKernelClient, server: LoopbackThread) -> None:
        self._client, self.server = client, server

    def run(self, code: str) -> tuple[int, str]:
        """The cell's number, and all that it printed and failed with."""
        said: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "error":
                said.extend(content["traceback"])

        reply = self._client.execute_interactive(code, output_hook=hear, timeout=TIMEOUT_S)
        text = re.sub(r"\x1b\[[0-9;]*m", "", "".join(said))
        return reply["content"]["execution_count"], text

    def generate(self, prompt: str, flags: str = "") -> tuple[list[str], str]:
        """The prompts that the cell sent, and what it printed."""
        before = len(self.server.requests)
        line = f"%%generate openai-chat/m --base-url {self.server.url}/v1 --retries 0 {flags}"
        _, printed = self.run(f"{line}\n{prompt}")
        sent = self.server.requests[before:]
        return [request.body["messages"][-1]["content"] for request in sent], printed


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    before, spoken, after = chat_chunks(["Fine."])
    folder = tmp_path_factory.mktemp("kernel")
    with (
        LoopbackThread(Answer([before, *spoken, after])) as server,
        running_kernel("nbstream-7", folder) as (_, client),
    ):
        notebook = Notebook(client, server)
        notebook.run("nothing_here")
        assert notebook.run("%load_ext nbstream")[1] == ""
        assert "'nothing_here' is not defined" in notebook.generate("{Err[1]}")[0][0]
        yield notebook


def test_cells_outputs_and_tracebacks_are_sent(notebook: Notebook) -> None:
    number, _ = notebook.run("6 * 7")
    failed, _ = notebook.run("def f(x):\n    return 1 / x\nf(0)")
    sent, _ = notebook.generate(f"{{In[{number}]}} = {{Out[{number}]}}\n{{Err[{failed}]}}")
    assert sent[0].startswith("6 * 7 = 42\nTraceback (most recent call last):\n")
    assert f'File "Cell In[{failed}]", line 3, in <module>\n    f(0)' in sent[0]
    assert sent[0].endswith("ZeroDivisionError: division by zero")
    assert "interactiveshell" not in sent[0]
    assert notebook.generate("{Err}")[0] == [sent[0].partition("\n")[2]]


def test_wrong_syntax_is_told_by_its_cell_and_without_the_shells_part(notebook: Notebook) -> None:
    failed, _ = notebook.run("def f(:\n    pass")
    (sent,), _ = notebook.generate("{Err}")
    assert sent.startswith(f'  File "Cell In[{failed}]", line 1\n')
    assert sent.endswith("SyntaxError: invalid syntax")


def test_a_cell_of_ours_that_failed_is_not_the_last_error(notebook: Notebook) -> None:
    notebook.run("1/0")
    notebook.generate("{Err[0]}")
    notebook.run("%generate nonesuch")
    notebook.run("%%generate")
    assert "ZeroDivisionError" in notebook.generate("{Err}")[0][0]


def test_a_variable_of_the_users_own_stands_before_ours(notebook: Notebook) -> None:
    notebook.run("Err, exit_code = 'mine', 3")
    assert notebook.generate("{Err} {exit_code} {get_ipython}")[0] == ["mine 3 {get_ipython}"]
    notebook.run("del Err")


def test_an_item_that_is_not_there_is_one_sentence_and_sends_nothing(notebook: Notebook) -> None:
    notebook.run("whole, nothing = 3, ''")
    for prompt, said in (
        ("{In[999]}", "There is no cell In[999]; the last before this one is In["),
        ("{Out[999]}", "There is no Out[999]: that cell has not run, or its last line has no"),
        ("{Err[999]}", "No cell [999] has failed since nbstream was loaded."),
        ("{whole.x}", "whole.x cannot be read: AttributeError: 'int' object has no"),
        ("{nothing}", "The prompt is empty: the values it names are, and nothing else is in it."),
    ):
        sent, printed = notebook.generate(prompt)
        assert sent == []
        assert printed.startswith(f"UsageError: {said}")
        assert "\n" not in printed


def test_the_last_cell_is_the_one_before_and_several_are_one_below_the_other(
    notebook: Notebook,
) -> None:
    first, _ = notebook.run("x = 1")
    notebook.run("y = 2\ny")
    assert notebook.generate("{In[-1]}")[0] == ["y = 2\ny"]
    assert notebook.generate(f"{{In[{first}:{first + 2}]}}")[0] == ["x = 1\n\ny = 2\ny"]
    sent, _ = notebook.generate("Hi", f"--with In[{first}:]")
    assert "--with" not in sent[0]
    assert sent[0].startswith(f"`In[{first}]` (cell)")


def test_a_name_that_is_no_variable_is_said_and_sent(notebook: Notebook) -> None:
    sent, _ = notebook.generate('{nonesuch} {"a": 1}', "-o answer")
    assert sent == ['{nonesuch} {"a": 1}']


def test_things_are_attached_before_the_prompt(notebook: Notebook) -> None:
    notebook.run(
        "import pandas\ndf = pandas.DataFrame({'x': [1, 2]})\ndef twice(n):\n    return 2 * n"
    )
    (sent,), _ = notebook.generate("Explain {df.shape}.", "--with df twice --with df.x")
    assert sent.startswith("`df` (pandas DataFrame, 2 rows and 1 column):\n\n```text\ncolumns:\n")
    assert "`twice` (function):\n\n```python\ndef twice(n):\n    return 2 * n\n```" in sent
    assert "`df.x` (pandas Series, 2 rows):" in sent
    assert sent.endswith("\n\nExplain (2, 1).")


def test_what_was_attached_is_told_in_the_stream(notebook: Notebook) -> None:
    notebook.run("fact = 'xy'")
    notebook.generate("{nonesuch}", "--with fact --record told.ndjson -o told")
    told = "print([line for line in open('told.ndjson')][1:3])"
    said = notebook.run(told)[1]
    assert '"attachment","name":"fact","kind":"text","characters":2' in said
    assert '"level":"info","text":"nonesuch is no variable here.' in said
    shown = notebook.run("print(told.attachments)")[1]
    assert shown == "(Attachment(name='fact', kind='text', characters=2, tokens=1),)\n"


def test_without_interpolation_all_braces_are_sent_as_they_stand(notebook: Notebook) -> None:
    notebook.run("fact = 'xy'")
    typed = "{fact} {fact.upper} {In[1]} {nonesuch}"
    sent, shown = notebook.generate(typed, "--no-interpolate --with fact")
    assert sent == ["`fact` (text):\n\n```\nxy\n```\n\n" + typed]
    assert "is no variable here" not in shown


def test_the_values_of_braces_stand_in_the_footer_with_their_sizes(notebook: Notebook) -> None:
    notebook.run("fact = 'xy'")
    notebook.generate("{fact} {__name__} {fact.__class__}", "-o told")
    shown = notebook.run("print(told.attachments)")[1]
    assert shown == "(Attachment(name='{fact}', kind='value', characters=2, tokens=1),)\n"


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(notebook: Notebook) -> None:
    notebook.run("words = 'many words ' * 500")
    flags = "--with words --budget 100 --system Short. --max-tokens 9 --dry-run -o untouched"
    sent, printed = notebook.generate("Summarise {nonesuch}.", flags)
    assert sent == []
    assert printed.startswith("Nothing was sent. To openai-chat/m would go about 49 tokens, 1")
    assert "\n- words (text): 138 characters, about 35 tokens\n" in printed
    assert "\n- nonesuch is no variable here." in printed
    assert "\n- Cut to fit 100 characters: words to 100 of 5,500 characters." in printed
    assert "\n- max_tokens=9\n" in printed
    assert "\n── system\nShort.\n\n── user\n`words` (text):\n\n```\nmany words" in printed
    assert printed.endswith("\n\nSummarise {nonesuch}.\n")
    assert "NameError" in notebook.run("untouched")[1]


def test_a_dry_run_needs_no_key(notebook: Notebook) -> None:
    notebook.run("import os; os.environ.pop('ANTHROPIC_API_KEY', None)")
    printed = notebook.run("%%generate anthropic/claude --dry-run\nHi")[1]
    assert printed.startswith("Nothing was sent. To anthropic/claude would go about 1 token, ")


def test_what_cannot_be_attached_sends_nothing_and_leaves_the_result(notebook: Notebook) -> None:
    notebook.generate("Hi", "-o kept")
    for flags in ("--with nonesuch", "--with df.nonesuch", "--budget none", "--with"):
        sent, printed = notebook.generate("Hi", f"-o kept {flags}")
        assert sent == []
        assert printed.startswith("UsageError: ")
        assert printed.strip().count("\n") == 0
    assert notebook.run("print(kept.status)")[1] == "complete\n"


def test_fix_sends_the_cell_that_failed_and_its_traceback(notebook: Notebook) -> None:
    number, _ = notebook.run("%time 1\nsecret = 's3cret'\n'{secret}' + 1")
    before = len(notebook.server.requests)
    address = f"--base-url {notebook.server.url}/v1 --retries 0 -o repaired"
    assert notebook.run(f"%generate fix openai-chat/m {address}")[1] == ""
    (request,) = notebook.server.requests[before:]
    sent = request.body["messages"][-1]["content"]
    assert sent.startswith(
        f"`In[{number}]` (cell):\n\n```python\n%time 1\nsecret = 's3cret'\n'{{secret}}'"
    )
    assert "TypeError: can only concatenate str" in sent
    assert f"cell In[{number}] failed" in sent
    assert notebook.run("print(repaired.text)")[1] == "Fine.\n"


def test_fix_with_a_bad_flag_or_a_hidden_name_is_one_sentence(notebook: Notebook) -> None:
    notebook.run("1/0")
    printed = notebook.run("%generate fix --nonesuch")[1]
    assert printed.startswith("UsageError: ")
    assert "--nonesuch" in printed
    notebook.run("Err = 1")
    assert "`del` it first" in notebook.run("%generate fix local")[1]
    notebook.run("del Err")
