"""Servers that speak chat completions, by the names users write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Preset:
    """Where a server is and what it is like.

    `url_variable` is the environment variable that holds another address, `key_variable` the one
    with the key; empty where there is none. `fields` are the API's names for our parameters where
    they are not the usual ones, None where it has no such parameter.
    """

    base_url: str
    key_variable: str = ""
    url_variable: str = ""
    fields: Mapping[str, str | None] = field(default_factory=dict[str, str | None])


OPENAI = Preset("https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL")
