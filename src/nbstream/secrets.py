"""Keys in what would be sent: text of a key's form, and values of the environment's own secrets.

The patterns are few, each of linear cost; a scanner such as detect-secrets reads files and guesses
by entropy, which takes hashes and images in base64 for keys.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

from .errors import UsageError
from .events import Attachment, Notice
from .providers import key_places
from .request import Request

Secrets = Literal["warn", "refuse", "ignore"]

_BEFORE = r"(?<![A-Za-z0-9_-])"
_KINDS = {
    "an Anthropic key": rf"{_BEFORE}sk-ant-[A-Za-z0-9_-]{{20}}",
    "an OpenRouter key": rf"{_BEFORE}sk-or-[A-Za-z0-9_-]{{20}}",
    # Words with dashes between are a name; a key has digits soon.
    "an OpenAI key": rf"{_BEFORE}sk-(?!ant-|or-)(?=[A-Za-z_-]{{0,60}}[0-9])[A-Za-z0-9_-]{{20}}",
    "a Google key": rf"{_BEFORE}AIza[A-Za-z0-9_-]{{35}}(?![A-Za-z0-9_-])",
    "an AWS key": rf"{_BEFORE}(?:AKIA|ASIA)[A-Z2-7]{{16}}(?![A-Za-z0-9])",
    "an AWS secret key": r"(?i:aws_?secret_?(?:access_?)?key)[\"']?[ \t]{0,5}[=:][ \t]{0,5}"
    r"[\"']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])",
    "a GitHub token": rf"{_BEFORE}(?:gh[pousr]_[A-Za-z0-9]{{30}}|github_pat_[A-Za-z0-9_]{{22}})",
    "a GitLab token": rf"{_BEFORE}glpat-[A-Za-z0-9_-]{{20}}",
    "a Slack token": rf"{_BEFORE}(?:xox[abeoprs]-[A-Za-z0-9-]{{10}}|xapp-[0-9]-[A-Za-z0-9-]{{10}})",
    "a Stripe key": rf"{_BEFORE}(?:sk|rk)_live_[A-Za-z0-9]{{16}}",
    "a Hugging Face token": rf"{_BEFORE}hf_[A-Za-z0-9]{{30}}",
    "a Groq key": rf"{_BEFORE}gsk_[A-Za-z0-9]{{40}}",
    "an xAI key": rf"{_BEFORE}xai-[A-Za-z0-9]{{40}}",
    "an npm token": rf"{_BEFORE}npm_[A-Za-z0-9]{{36}}",
    "a PyPI token": rf"{_BEFORE}pypi-[A-Za-z0-9_-]{{40}}",
    "a private key": r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----",
    "a JSON Web Token": rf"{_BEFORE}eyJ[A-Za-z0-9_-]{{5,4000}}\.eyJ[A-Za-z0-9_-]{{10,8000}}\."
    r"[A-Za-z0-9_-]{10}",
    "a URL with a password": r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://"
    r"[^\s:/@\"'<>{}]{0,100}:(?![\"'<{$*]|(?i:password|passwd|pass|pw|xxx)@)"
    r"[^\s/@\"'<>{}]{1,200}@[A-Za-z0-9\[]",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_NAMED_SO = re.compile(r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)\Z", re.IGNORECASE)
_DUMMY = re.compile(
    r"(?i:change_?me.{0,20}|password|placeholder|disabled|undefined|required|"
    r"(?:your|my|test|dummy|fake|example|sample)[-_ ].{0,40}|.{0,20}example|(.)\1{0,200})"
)
_SHORTEST = 8
_MOST_NAMED = 5


def choice(value: Any) -> Secrets:
    """What to do about keys. Raises UsageError."""
    if value is None:
        return "warn"
    if value not in get_args(Secrets):
        raise UsageError(f"secrets must be warn, refuse or ignore, not {str(value)[:40]!r}.")
    return value


def check(
    request: Request, opening: Iterable[Attachment | Notice], what: Secrets
) -> tuple[Notice, ...]:
    """The warning for what is found in the request. Raises UsageError where it is refused."""
    if what == "ignore":
        return ()
    attached = [each for each in opening if isinstance(each, Attachment)]
    found = list(dict.fromkeys(_found(request, attached, _own(_environment()))))
    if not found:
        return ()
    listed = "; ".join(found[:_MOST_NAMED])
    if len(found) > _MOST_NAMED:
        listed += f"; and {len(found) - _MOST_NAMED} more"
    if what == "refuse":
        raise UsageError(f"Nothing was sent, for there are secrets in it: {listed}. Take them out.")
    return (Notice("warning", f"Secrets are sent to the model: {listed}."),)


def _found(
    request: Request, attached: Sequence[Attachment], own: Mapping[str, str]
) -> Iterator[str]:
    for name in secrets_in(request.system or "", own).values():
        yield f"{name} in the system prompt"
    *earlier, last = request.messages
    for turn in earlier:
        for name in secrets_in(turn.text, own).values():
            yield f"{name} in an earlier message"
    found = secrets_in(last.text, own)
    if not found:
        return
    places = _places(last.text, attached)
    for at, name in found.items():
        where = (place for first, after, place in places if first <= at < after)
        yield f"{name} in {next(where, 'the prompt')}"


def secrets_in(text: str, own: Mapping[str, str]) -> dict[int, str]:
    """What stands where: the names of the environment's values `own` ({value: name}), and kinds of
    keys."""
    found: dict[int, str] = {}
    for value, name in own.items():
        at = text.find(value)
        while at >= 0:
            found[at] = name
            at = text.find(value, at + len(value))
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            found.setdefault(match.start(), kind)
    return dict(sorted(found.items()))


def _environment() -> Mapping[str, str]:
    """The environment, and the keys that lie elsewhere, by their variables."""
    elsewhere = key_places.outside_the_environment().items()
    return {**os.environ, **{name: key.reveal() for name, key in elsewhere}}


def _own(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        value: name
        for name, value in environment.items()
        if _NAMED_SO.search(name) and len(value) >= _SHORTEST and not _DUMMY.fullmatch(value)
    }


def _places(text: str, attached: Sequence[Attachment]) -> list[tuple[int, int, str]]:
    """From where to where the attachments stand, in their order."""
    places: list[tuple[int, int, str]] = []
    at = 0
    for each in attached:
        first = text.find(f"`{each.name}` ({each.kind}", at)
        if first < 0:
            continue
        head = text.find("\n\n", first)
        at = max(head, first) + each.characters
        places.append((first, at + 40, each.name))
    return places
