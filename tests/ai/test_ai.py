"""`%load_ext nbstream.ai`: `%%ai` and `%ai` as jupyter-ai 2 and 3 have them."""

# IPython types its shell only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import nbstream
from nbstream import aliases
from tests.loopback import Answer, LoopbackThread, Received
from tests.shells import new_shell
from tests.speaking import framed


class Asked:
    """IPython with a server that speaks for every provider."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.server = LoopbackThread(script=self._answer)
        self.text = "Answer."
        self.shell = self.load()

    def load(self, **settings: Any) -> InteractiveShell:
        self.shell = new_shell(self.folder, "nbstream.ai", AiMagics=settings)
        return self.shell

    def _answer(self, request: Received) -> Answer:
        if request.path.endswith("/models"):
            return Answer.json({"object": "list", "data": [{"id": "gpt-4", "object": "model"}]})
        before, spoken, after = framed(request.path, [self.text])
        return Answer([before, *spoken, after])

    def run(self, code: str) -> str:
        """What is printed, or the sentence of the error."""
        self.capsys.readouterr()
        result = self.shell.run_cell(code, store_history=True)
        error = result.error_in_exec or result.error_before_exec
        return str(error) if error else self.capsys.readouterr().out

    @property
    def body(self) -> dict[str, Any]:
        return self.server.requests[-1].body

    @property
    def sent(self) -> list[str]:
        """The messages of the last request."""
        return [m["content"] for m in self.body["messages"] if m["role"] != "system"]


@pytest.fixture
def asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Asked]:
    nbstream.conversations.clear()
    asked = Asked(tmp_path, capsys)
    with asked.server:
        url = asked.server.url
        monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        monkeypatch.setenv("OLLAMA_HOST", url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-1")
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary-2")
        yield asked
    nbstream.conversations.clear()
    aliases.configure({})


@pytest.mark.parametrize(
    ("typed", "model"),
    [
        ("openai-chat:gpt-4", "openai-chat/gpt-4"),
        ("openai-chat/gpt-4", "openai-chat/gpt-4"),
        ("ollama:llama3.2", "ollama/llama3.2"),
        ("ollama_chat/llama3.2", "ollama/llama3.2"),
        ("anthropic:claude-v1.2", "anthropic/claude-v1.2"),
        ("anthropic-chat:claude-x", "anthropic-chat/claude-x"),
        ("chatgpt", "openai-chat/gpt-3.5-turbo"),
        ("gpt-4o", "openai-chat/gpt-4o"),
        ("claude-sonnet-5-5", "anthropic/claude-sonnet-5-5"),
    ],
)
def test_models_are_named_as_jupyter_ai_names_them(asked: Asked, typed: str, model: str):
    assert "Answer." in asked.run(f"%%ai {typed}\nHi")
    assert nbstream.last is not None
    assert nbstream.last.model == model


def test_two_earlier_exchanges_are_sent_as_max_history_has_it(asked: Asked):
    for number in range(4):
        asked.run(f"%%ai chatgpt\nPrompt {number}")
    assert asked.sent == ["Prompt 1", "Answer.", "Prompt 2", "Answer.", "Prompt 3"]
    asked.run("%config AiMagics.max_history = 1")
    asked.run("%%ai chatgpt\nPrompt 4")
    assert asked.sent == ["Prompt 3", "Answer.", "Prompt 4"]
    asked.run("%config AiMagics.max_history = 0")
    asked.run("%%ai chatgpt\nPrompt 5")
    assert asked.sent == ["Prompt 5"]
    asked.run("%config AiMagics.max_history = 4\n%ai reset")
    asked.run("%%ai chatgpt\nPrompt 6")
    assert asked.sent == ["Prompt 6"]
    asked.run("%%generate openai-chat/m\nApart")
    assert asked.sent == ["Apart"]
    assert list(nbstream.conversations) == ["ai"]


def test_values_go_in_once_and_other_braces_stay(asked: Asked):
    asked.shell.user_ns |= {"poet": "{secret}", "secret": "hidden"}
    asked.run('%%ai chatgpt\nAs {poet}: {"a": 1}')
    assert asked.sent == ['As {secret}: {"a": 1}']


def test_all_braces_stay_without_interpolation(asked: Asked):
    asked.shell.user_ns["poet"] = "Walt Whitman"
    asked.run("%%ai chatgpt --no-interpolate\nAs {poet}, {nobody} and {In[1]}")
    assert asked.sent == ["As {poet}, {nobody} and {In[1]}"]
    asked.run("%ai reset")
    asked.run("%%ai chatgpt --interpolate\nAs {poet}")
    assert asked.sent == ["As Walt Whitman"]


@pytest.mark.parametrize("flag", ["-r", "--reset"])
def test_the_conversation_begins_anew_by_the_flag_of_2_0(asked: Asked, flag: str):
    asked.run("%%ai chatgpt\nBefore")
    assert asked.run(f"%%ai chatgpt {flag}\nForget it") == "The conversation begins anew.\n"
    asked.run("%%ai chatgpt\nAfter")
    assert asked.sent == ["After"]
    assert len(asked.server.requests) == 2


def test_formats_in_any_case(asked: Asked):
    asked.text = '{"a": 1}'
    for flag in ("-f JSON", "-fJson", "--format JSON", "--format=Json"):
        shown = asked.run(f"%%ai chatgpt {flag} -o answer\nHi")
        assert shown.startswith('{\n  "a": 1\n}\n[')  # in a pipe, with nothing around it
        assert asked.shell.user_ns.pop("answer").status == "complete"
        assert "one JSON value" in asked.body["messages"][0]["content"]


def test_code_goes_into_a_new_cell_without_its_prose(asked: Asked):
    asked.text = "Here:\n\n```python\nx = 1\n```\n\nDone."
    put: list[tuple[str, bool]] = []
    asked.shell.set_next_input = lambda text, replace=False: put.append((text, replace))
    asked.run("%%ai chatgpt -f code\nAssign")
    assert put == [("x = 1", False)]


@pytest.mark.parametrize(
    "typed",
    [
        '-m {"temperature": 0.2, "max_tokens": 50, "streaming": true, "top_k": 3}',
        '-m \'{"temperature": 0.2, "max_tokens": 50, "model_kwargs": {"top_k": 3}}\'',
        '--model-parameters={"temperature":0.2,"num_predict":50,"top_k":3}',
    ],
)
def test_model_parameters_are_options_and_the_rest_goes_into_the_request(asked: Asked, typed: str):
    asked.run(f"%%ai ollama:m {typed} --no-chat\nHi")
    body = {name: asked.body[name] for name in ("temperature", "max_tokens", "top_k")}
    assert body == {"temperature": 0.2, "max_tokens": 50, "top_k": 3}


def test_a_server_of_ones_own_and_its_keys_variable(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOUSE_KEY", "sk-canary-house")
    server = f"--api-base {asked.server.url}/house --api-key-name HOUSE_KEY"
    asked.run(f"%%ai openai-chat/m {server}\nHi")
    assert asked.server.requests[-1].path.startswith("/house")
    assert asked.server.requests[-1].headers["authorization"] == "Bearer sk-canary-house"
    told = asked.run(f"%ai alias house openai-chat:m {server}")
    assert "house is openai-chat:m at http://" in told
    asked.run("%%ai house\nHi")
    assert asked.server.requests[-1].path.startswith("/house")
    assert "sk-canary" not in str(asked.body)


@pytest.mark.parametrize(
    ("make", "change", "delete"),
    [("register", "update", "delete"), ("alias", "update", "dealias")],
)
def test_aliases_by_the_words_of_both_versions(asked: Asked, make: str, change: str, delete: str):
    asked.run(f"%ai {make} claude anthropic:claude-v1.2")
    asked.run("%%ai claude\nHi")
    assert asked.body["model"] == "claude-v1.2"
    asked.run(f"%ai {change} claude anthropic:claude-instant-v1.0")
    asked.run("%%generate claude\nHi")
    assert asked.body["model"] == "claude-instant-v1.0"
    assert "claude  anthropic:claude-instant-v1.0" in asked.run("%ai list")
    asked.run(f"%ai {delete} claude")
    assert "no provider 'claude'" in asked.run("%%ai claude\nHi")
    asked.run("%ai delete gpt4")
    assert "no provider 'gpt4'" in asked.run("%%ai gpt4\nHi")


@pytest.mark.parametrize("name", ["default_language_model", "initial_language_model"])
def test_the_model_of_cells_that_name_none(asked: Asked, name: str):
    asked.run(f"%config AiMagics.{name} = 'anthropic:claude-v1.2'")
    asked.run("%%ai\nWrite a poem about C++.")
    assert asked.body["model"] == "claude-v1.2"


def test_settings_of_both_versions_from_ipython_config(asked: Asked):
    asked.load(
        default_language_model="mine",
        aliases={"mine": "ollama:one"},
        initial_aliases={
            "three": {"target": "openai-chat-custom:m", "api_base": None, "api_key_name": None}
        },
        max_history=0,
    )
    asked.run("%%ai\nHi")
    assert asked.body["model"] == "one"
    assert "Answer." in asked.run("%%ai three\nAnd")
    assert asked.sent == ["And"]


def test_an_alias_of_a_provider_there_is_not_is_told_and_the_others_hold(asked: Asked):
    asked.load(aliases={"mine": "ollama:one", "theirs": "bedrock:x"})
    asked.capsys.readouterr()
    asked.shell.run_cell("%ai list")
    shown = asked.capsys.readouterr()
    assert "AiMagics.aliases: theirs is left out: The alias theirs: There is no" in shown.err
    assert "mine  ollama:one" in shown.out


@pytest.mark.parametrize("word", ["error", "fix"])
def test_the_last_error_is_explained(asked: Asked, word: str):
    asked.run("1 / 0")
    assert "Answer." in asked.run(f"%ai {word} chatgpt")
    assert "ZeroDivisionError" in asked.sent[-1]
    assert "1 / 0" in asked.sent[-1]


def test_flags_of_generate_hold_too(asked: Asked):
    asked.run("%%ai chatgpt -o answer --system 'Be brief.'\nHi")
    assert asked.shell.user_ns["answer"].text == "Answer."
    assert asked.body["messages"][0]["content"] == "Be brief."


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("%%ai chatgpt -f image\nHi", "-f image: nbstream streams text and makes no images"),
        ("%%ai chatgpt -f poem\nHi", "invalid choice: 'poem'"),
        ("%%ai chatgpt -f IMAGE\nHi", "-f image: nbstream streams text and makes no images"),
        ("%%ai bedrock:titan\nHi", "There is no provider 'bedrock'"),
        ("%%ai bedrock/anthropic.claude-3-5:0\nHi", "There is no provider 'bedrock'"),
        ("%%ai cohere:command\nHi", "There is no provider 'cohere'"),
        ("%%ai j2-jumbo-instruct # infers AI21\nHi", "A model is one word"),
        ("%%ai huggingface_hub:x/y --format image\nHi", "makes no images"),
        ("%%ai company --format text\nsocks", "There is no provider 'company'"),
        ("%%ai sagemaker-endpoint:x --region-name=us-east-1\nHi", "--region-name is for SageMaker"),
        ('%%ai x:y -q {"text_inputs":"<prompt>"}\nHi', "--request-schema is for SageMaker"),
        ("%%ai x:y -p generated_texts.[0]\nHi", "--response-path is for SageMaker"),
        ("%%ai chatgpt --eval\n1 + 1", "--eval runs a prompt as code"),
        ("%%ai @Claude\nHi", "@Claude is a persona of jupyter-ai's chat"),
        ("%%ai chatgpt -m {temperature: 1}\nHi", "-m needs a JSON object, not '{temperature: 1}'"),
        ("%%ai chatgpt -m 5\nHi", "-m needs a JSON object, not '5' (it is no object)"),
        ('%%ai chatgpt -m {"api_key": "sk-canary-3"}\nHi', "name that with --api-key-name"),
        ("%ai chatgpt", "to ask a model, write `%%ai chatgpt` on the first line of a cell"),
        ("%ai lst", "There is no `%ai lst`; did you mean `%ai list`?"),
        ("%ai nonesuch", "`%ai help` lists what there is"),
        ("%ai register companyname chain", "call a chain from Python"),
        ("%ai register", "Write `%ai register NAME MODEL`"),
        ("%ai update claude", "Write `%ai update NAME MODEL`"),
        ("%ai delete", "Write `%ai delete NAME`"),
        ("%ai list anyscale", "There is no provider 'anyscale'"),
        ("%ai update nonesuch openai:x", "There is no alias 'nonesuch'; there are: chatgpt"),
        ("%ai delete nonesuch", "There is no alias 'nonesuch'"),
        ("%ai error chatgpt", "nothing to fix"),
    ],
)
def test_what_nbstream_has_not_is_one_sentence_that_says_what_there_is(
    asked: Asked, line: str, sentence: str
) -> None:
    told = asked.run(line)
    assert sentence in told
    assert "\n" not in told
    assert "sk-canary" not in told
    assert asked.server.requests == []


@pytest.mark.parametrize(
    "line", ["%ai help", "%%ai help\n ", "%ai", "%ai list --help", "%ai register  --help"]
)
def test_help_names_every_subcommand(asked: Asked, line: str):
    shown = asked.run(line)
    for word in ("list", "alias", "update", "dealias", "delete", "fix", "error", "reset"):
        assert word in shown


def test_version_is_nbstreams(asked: Asked):
    assert asked.run("%ai version").startswith(f"nbstream {nbstream.__version__}")


def test_a_wrong_setting_is_one_sentence_and_stays(asked: Asked, caplog: Any):
    asked.run("%config AiMagics.default_language_model = 'nonesuch:x'")
    asked.run("%config AiMagics.max_history = -1")
    assert [message.count("\n") for message in caplog.messages] == [0, 0]
    magics = asked.shell.magics_manager.registry["AiMagics"]
    assert (magics.default_language_model, magics.max_history) == (None, 2)


# The cells of jupyter-ai's own documentation and examples, 2.x and 3.x, that have a counterpart
# here, in about their order and with shorter prompts.
DOCUMENTED = [
    "%ai list",
    "%ai list --help",
    "%ai list openai",
    "%ai list all",
    "%%ai help\n ",
    "%%ai ollama:llama3.2\nWhat does a transformer do?",
    "%%ai claude-v1.2\nThe Laplace equation, in LaTeX between `$`.",
    "%%ai anthropic:claude-v1.2\nA poem on C++.",
    '%config AiMagics.default_language_model = "anthropic:claude-v1.2"',
    '%config AiMagics.initial_language_model = "anthropic:claude-v1.2"',
    "%%ai\nA poem on C++.",
    "%%ai anthropic:claude-v1.2 -f html\nDraw a square with SVG.",
    "%%ai chatgpt -f math\nThe heat equation between `$$`.",
    "%%ai chatgpt -f code\nA function for the lowest common multiple, and\none that tests it",
    "%config AiMagics.max_history = 4",
    "%ai reset",
    "%%ai openai-chat:gpt-3.5-turbo -r\nforget all that",
    'poet = "Walt Whitman"',
    "%%ai chatgpt\nA poem as {poet} wrote them",
    "for i in range(0, 5):\n  print(i)",
    "40 + 2",
    "%%ai chatgpt\nWhat does this code do?\n--\n{In[20]}",
    "%%ai chatgpt\nWhich code gives this output?\n--\n{Out[21]}",
    "undefined_name",
    "%%ai chatgpt\nWhat does this error mean?\n    {Err[24]}",
    "%%ai chatgpt --format code\nThis code:\n--\n{In[24]}\n--\nhad this error:\n--\n{Err[24]}\n--\n"
    "Write it without.",
    "%ai error anthropic:claude-v1.2",
    "%ai fix anthropic:claude-v1.2",
    "%ai error",
    "%ai register claude anthropic:claude-v1.2",
    "%ai alias claude anthropic:claude-v1.2",
    "%%ai claude\nA poem on C++.",
    "%ai update claude anthropic:claude-instant-v1.0",
    "%ai dealias claude",
    "%ai register mychat openai-chat:gpt-4",
    "%%ai mychat\nWhich signs does mathematics have?",
    "%ai update mychat openai:babbage-002",
    "%ai delete mychat",
    "%%ai gpt4\nWho are you?",
    "%ai version",
]


def test_the_cells_of_jupyter_ais_documentation_run(asked: Asked):
    for number, cell in enumerate(DOCUMENTED, 1):
        result = asked.shell.run_cell(cell, store_history=True)
        if cell != "undefined_name":
            assert result.success, (number, result.error_in_exec)
    sent = [str(request.body) for request in asked.server.requests]
    for text in ("Walt Whitman", "range(0, 5)", "output?\\n--\\n42", "NameError"):
        assert text in "\n".join(sent)
    # All %%ai cells but help and -r, three times the last error, and the list of models.
    assert len(sent) == sum(cell.startswith("%%ai") for cell in DOCUMENTED) - 2 + 3 + 1
