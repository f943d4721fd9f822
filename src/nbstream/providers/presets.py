"""Servers that speak chat completions, by the names users write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .address import host, is_loopback, is_of, with_scheme

_RESOURCE = "RESOURCE"
"""Stands in an address for what only the user knows."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Where a server is and what it is like.

    `url_variable` is the environment variable that may hold another address, `key_variable` the one
    with the key; empty where there is none. `fields` are the API's names for our parameters where
    they are not the usual ones, None where it has no such parameter; `sends_parts` says that an
    answer's content may come as a list of parts, `hangs_up` that it closes the connection after an
    answer without saying so: the next request could be on its way there already. `hosts` are the
    provider's own where not all of its domain's are; `*.` stands for any name.
    """

    base_url: str
    key_variable: str = ""
    url_variable: str = ""
    fields: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    sends_parts: bool = False
    hangs_up: bool = False
    hosts: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the address names a server."""
        return _RESOURCE not in self.base_url

    def address(self, given: str) -> str:
        """`given` as a base URL: people also name a server without scheme or path."""
        url = with_scheme(given, urlsplit(self.base_url).scheme).rstrip("/")
        return url if urlsplit(url).path else url + urlsplit(self.base_url).path

    def is_own(self, url: str) -> bool:
        """Whether the URL is one of this provider's hosts."""
        if is_loopback(self.base_url):
            return is_loopback(url)
        domain = ".".join(host(self.base_url).split(".")[-2:])
        return is_of(url, self.hosts or (domain, f"*.{domain}"))


OPENAI = Preset(
    "https://api.openai.com/v1",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    # It refuses `max_tokens` for its newer models, other servers do not know this name.
    {"max_tokens": "max_completion_tokens"},
)
LLAMACPP = Preset(
    "http://localhost:8080/v1", "LLAMA_API_KEY", fields={"effort": None}, hangs_up=True
)

PRESETS: Mapping[str, Preset] = {
    "azure": Preset(
        f"https://{_RESOURCE}.openai.azure.com/openai/v1",
        "AZURE_OPENAI_API_KEY",
        "AZURE_OPENAI_ENDPOINT",
        {"max_tokens": "max_completion_tokens"},
        hosts=("*.openai.azure.com", "*.cognitiveservices.azure.com", "*.services.ai.azure.com"),
    ),
    "deepseek": Preset(
        "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", fields={"seed": None, "schema": None}
    ),
    "fireworks": Preset("https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY"),
    "groq": Preset("https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    "llamacpp": LLAMACPP,
    "lmstudio": Preset("http://localhost:1234/v1"),
    "mistral": Preset(
        "https://api.mistral.ai/v1",
        "MISTRAL_API_KEY",
        # Fields it does not know are errors there; the usage comes unasked.
        fields={"seed": "random_seed", "effort": None, "usage": None},
        sends_parts=True,
    ),
    "ollama": Preset("http://localhost:11434/v1", "OLLAMA_API_KEY", "OLLAMA_HOST"),
    "openrouter": Preset("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    "together": Preset("https://api.together.xyz/v1", "TOGETHER_API_KEY"),
    "vllm": Preset("http://localhost:8000/v1", "VLLM_API_KEY"),
    "xai": Preset("https://api.x.ai/v1", "XAI_API_KEY"),
}
