"""What `%config NbStream` sets for Generators too."""

from __future__ import annotations

from typing import Any, NamedTuple

from IPython.core.getipython import get_ipython

from ...secrets import Secrets
from ..reader import Reader


class Configured(NamedTuple):
    """`model` is asked where none is named, empty where none is set; `reader` is how answers are
    shown, `secrets` what is done about keys."""

    model: str = ""
    reader: Reader = Reader()
    secrets: Secrets = "warn"


def configured() -> Configured:
    """The settings as they are now; where nbstream's magics are not loaded, those of a user who has
    set nothing."""
    magics: Any = getattr(get_ipython(), "magics_manager", None)
    found = magics.registry.get("NbStream") if magics is not None else None
    if found is None:
        return Configured()
    return Configured(found.model, Reader(tuple(found.image_hosts), found.smooth), found.secrets)
