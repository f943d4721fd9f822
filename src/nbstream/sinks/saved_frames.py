"""The finished answer for nbstream's own renderer in JupyterLab and Notebook.

It stands in the output beside what `saved` makes for everybody else, and is drawn by the code that
drew the live output.
"""

from __future__ import annotations

from typing import Any

from ..snapshot import snapshot
from ..transcript import Transcript

MIME = "application/vnd.nbstream.v1+json"
VERSION = 1

# jupyter_server drops output where more than 1 MB/s comes over 3 s. What may be in that window:
# the end of the live stream, and the answer as Markdown, as shortened plain text and as frames.
_WINDOW_S = 3.0
_WINDOW_BYTES = 2_800_000
_PLAIN_BYTES = 400_000


def saved_frames(transcript: Transcript) -> dict[str, Any]:
    """The MIME data of a stream that has ended: its frames, with the text once.

    Empty for an answer so long that the Markdown alone may be sent.
    """
    if not _fits(transcript):
        return {}
    return {MIME: {"version": VERSION, "frames": snapshot(transcript)}}


def _fits(transcript: Transcript) -> bool:
    text, whole = transcript.text_parts.utf8_bytes, transcript.utf8_bytes
    spoke_s = transcript.at_s - (transcript.first_token_at_s or 0.0)
    just_sent = whole * min(_WINDOW_S / max(spoke_s, _WINDOW_S), 1.0)
    return just_sent + text + min(text, _PLAIN_BYTES) + whole < _WINDOW_BYTES
