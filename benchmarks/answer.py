"""The answer that is measured: Markdown with code, the same in every run."""

from __future__ import annotations

import random

FIRST = "Overture"
"""Stands at the answer's beginning and nowhere else."""
LAST = "Finale"
"""Stands at the answer's end and nowhere else."""

_SECTION = """## Step {n}: move the readings along

Every reading has a *time*, a `sensor` and a **value**; step {n} takes {batch} of them.
They are kept in order, since a later one may correct an earlier one:

- a reading without a value is dropped
- a reading that repeats its number, as in `batch[{n}]`, is the newer one
- the rest is summed up by the function below

```python
def step_{n}(readings: list[Reading], limit: int = {batch}) -> dict[str, float]:
    # Later readings replace earlier ones with the same sensor.
    totals: dict[str, float] = {{}}
    for reading in readings[:limit]:
        if reading.value is None:
            continue
        totals[reading.sensor] = totals.get(reading.sensor, 0.0) + reading.value
    return totals
```

"""


def answer(characters: int = 12_500) -> str:
    """An answer of exactly so many ASCII characters."""
    text = f"# {FIRST}\n\n"
    end = f"\n\n{LAST}."
    number = 1
    while True:
        section = _SECTION.format(n=number, batch=10 * number)
        if len(text) + len(section) + len(end) > characters:
            break
        text += section
        number += 1
    filler = "and so on through every batch that is left, "
    room = characters - len(text) - len(end)
    return text + (filler * (room // len(filler) + 1))[:room] + end


def tokens(text: str, count: int = 2_000) -> list[str]:
    """The text cut into so many pieces of uneven length, the same in every run."""
    places = sorted(random.Random(12).sample(range(1, len(text)), count - 1))
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]
