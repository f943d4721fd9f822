"""What goes into a prompt beside the words that were typed, before it is known how much fits."""

from __future__ import annotations

from dataclasses import dataclass

from ..request import Image


@dataclass(frozen=True, slots=True)
class Piece:
    """An attachment. `name` as it was asked for, `kind` in a few words for people ("pandas
    DataFrame"), `facts` what else is known of it ("3 rows and 2 columns").

    `language` is that of its code fence; `keeps_end` says which end stays where it is cut; an
    `image` needs no text; `notice` is a sentence for the reader about what was not attached.
    """

    name: str
    kind: str
    text: str = ""
    facts: str = ""
    language: str = ""
    keeps_end: bool = False
    image: Image | None = None
    notice: str = ""
