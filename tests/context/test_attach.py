"""What each kind of thing becomes, with the real libraries."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from warnings import catch_warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest

from nbstream.context.attach import attach
from nbstream.context.cells import Cells
from nbstream.context.pieces import Piece
from nbstream.context.prompt import build, fenced
from nbstream.context.tracebacks import FailedCell, FailedCells
from nbstream.errors import UsageError
from nbstream.events import Attachment, Notice


def one(value: Any, **others: Any) -> Piece:
    (piece,) = attach(["thing"], {"thing": value, **others})
    return piece


def refused(thing: str, **variables: Any) -> str:
    with pytest.raises(UsageError) as raised:
        attach([thing], variables)
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert sentence.startswith(f"--with {thing}: ")
    return sentence.removeprefix(f"--with {thing}: ")


def test_a_pandas_frame_tells_schema_missing_values_summary_and_first_rows() -> None:
    frame = pd.DataFrame({"x": range(20), "who": ["Ada", None] * 10, "tags": [["a"]] * 20})
    piece = one(frame)
    assert (piece.kind, piece.facts) == ("pandas DataFrame", "20 rows and 3 columns")
    assert "  x: int64\n  who: str, 10 of 20 missing\n  tags: object" in piece.text
    assert "mean      9.5" in piece.text
    assert piece.text.endswith("7  7  NaN  [a]")


def test_a_pandas_frames_own_index_and_equal_column_names_are_no_trouble() -> None:
    frame = pd.DataFrame([[1, 2.5]], columns=["a", "a"], index=pd.Index(["r"], name="key"))
    text = one(frame).text
    assert "a: int64\n  a: float64" in text
    assert "index: ['key']" in text
    assert one(pd.DataFrame()).facts == "0 rows and 0 columns"
    assert one(pd.Series([1, 2], name="s")).kind == "pandas Series"


def test_a_wide_and_long_frame_stays_small() -> None:
    frame = pd.DataFrame(np.zeros((10_000, 1000)), columns=[f"c{n}" for n in range(1000)])
    text = one(frame).text
    assert "… and 800 more" in text
    assert "summary of the first 2,000 rows" in text
    assert len(text) < 20_000


def test_a_polars_frame_tells_the_same() -> None:
    frame = pl.DataFrame({"x": range(20), "who": ["Ada", None] * 10})
    piece = one(frame)
    assert (piece.kind, piece.facts) == ("polars DataFrame", "20 rows and 2 columns")
    assert "  x: Int64\n  who: String, 10 of 20 missing" in piece.text
    assert "mean" in piece.text
    assert "| 7 " in piece.text
    assert one(pl.Series("s", [1])).kind == "polars Series"
    lazy = one(frame.lazy())
    assert lazy.facts == "2 columns"
    assert one(pl.LazyFrame({"q": []})).facts == "1 column"
    assert (lazy.kind, lazy.text) == ("polars LazyFrame", "columns:\n  x: Int64\n  who: String")


class Table:
    """A table of a library that is neither."""

    column_names = ("n",)

    def __repr__(self) -> str:
        return "n\n1\n2"


class ArrowTable(Table):
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return pl.DataFrame({"n": [1, 2]}).__arrow_c_stream__(requested_schema)


class InterchangeTable(Table):
    def __dataframe__(self) -> Any:
        with catch_warnings(action="ignore"):
            return pd.DataFrame({"n": [1, 2]}).__dataframe__()


def test_another_table_is_read_through_arrow_or_the_interchange_protocol() -> None:
    arrow, interchange = one(ArrowTable()), one(InterchangeTable())
    assert (arrow.kind, arrow.facts) == ("table (ArrowTable)", "2 rows and 1 column")
    assert arrow.text.startswith("columns:\n  n: Int64\n\nsummary:")
    assert interchange.facts == "2 rows and 1 column"
    assert interchange.text == "columns:\n  n: int64\n\nn\n1\n2"


def test_an_array_tells_shape_type_range_and_corners() -> None:
    piece = one(np.arange(1_000_000, dtype="float32").reshape(1000, 1000))
    assert (piece.kind, piece.facts) == ("NumPy array", "1000 × 1000 float32")
    assert "min 0.0, max 999999.0" in piece.text
    assert len(piece.text) < 2000
    assert "1 value is not finite" in one(np.array([1.0, np.nan])).text
    assert one(np.array(3)).facts == "no dimensions int64"
    assert "mean" not in one(np.array(["a"])).text


def test_functions_classes_and_modules_give_their_source() -> None:
    assert one(fenced).text.startswith("def fenced(text: str")
    assert one(Piece).text.startswith("@dataclass")
    assert one(json).kind == "module"
    assert one(len).facts == "signature and docstring"
    assert attach(["json.decoder"], {})[0].text.startswith('"""Implementation of JSONDecoder')


def test_a_class_of_a_cell_is_found_where_python_does_not() -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    cell = "import enum\n\nclass Shade:\n    dark = 1"
    exec(cell, namespace)
    assert (
        one(namespace["Shade"], In=Cells(["", cell, "x = Shade"])).text
        == "class Shade:\n    dark = 1"
    )


def test_cells_and_tracebacks_are_named_as_in_a_prompt() -> None:
    failed = FailedCells()
    failed.add(FailedCell(2, "1/0", "ZeroDivisionError"))
    variables = {"In": Cells(["", "a = 1", "1/0", "  ", "b"]), "Err": failed}
    pieces = attach(["In[1:4]", "In[4]", "Err", "Err[2]"], variables)
    assert [(p.name, p.kind, p.text) for p in pieces] == [
        ("In[1]", "cell", "a = 1"),
        ("In[2]", "cell", "1/0"),
        ("In[4]", "cell", "b"),
        ("Err", "error", "ZeroDivisionError"),
        ("Err[2]", "error", "ZeroDivisionError"),
    ]
    assert [p.name for p in attach(["In[-2:]", "In[2:]"], variables)] == ["In[4]", "In[2]"]
    assert attach(["In"], variables) == attach(["In[:]"], variables)
    assert [p.text for p in attach(["In[-1]"], variables)] == ["b"]
    last = "the last before this one is In[4]."
    assert refused("In[7:9]", **variables) == f"there are no such cells; {last}"
    assert refused("In[5]", **variables) == f"There is no cell In[5]; {last}"
    assert refused("Err[1]", **variables) == "No cell [1] has failed since nbstream was loaded."
    assert refused("In[1]", In=Cells([""])) == "There is no cell In[1]; this is the first."


def test_files_and_globs_are_read_and_a_variable_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("b.py").write_text("b = 2\n")
    Path("a.py").write_text("a = 1\n")
    Path("data").write_text("the file")
    assert [(p.name, p.language) for p in attach(["*.py"], {})] == [
        ("a.py", "python"),
        ("b.py", "python"),
    ]
    assert [p.text for p in attach(["data", "./data"], {"data": "mine"})] == ["mine", "the file"]
    assert one(Path("a.py")).text == "a = 1\n"
    assert [p.name for p in attach(["b.py", "*.py", "b.py"], {})] == ["b.py", "a.py"]


def test_a_file_is_no_attribute_of_a_variable_with_the_first_part_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text("a,b\n")
    assert [p.text for p in attach(["data.csv"], {"data": [1]})] == ["a,b\n"]
    assert refused("data.txt", data=[1]).endswith("'list' object has no attribute 'txt'.")
    assert refused("cfg['x']") == "there is no such variable, file or module."


def test_a_notebook_is_read_without_its_outputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cells = [{"cell_type": "markdown", "source": ["# T"]}, {"cell_type": "code", "source": "x"}]
    Path("n.ipynb").write_text(json.dumps({"cells": cells}))
    assert attach(["n.ipynb"], {})[0].text == "# %% [markdown]\n# # T\n\n# %%\nx"


def test_what_cannot_be_attached_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        @property
        def part(self) -> str:
            raise RuntimeError("gone")

        def __repr__(self) -> str:
            return f"{self!r}"

    monkeypatch.chdir(tmp_path)
    Path("blob").write_bytes(b"\x00\xff")
    Path("torn.ipynb").write_text("{")
    Path("folder").mkdir()
    assert refused("nonesuch") == "there is no such variable, file or module."
    assert refused("openai/x").endswith("The model's name goes before the flags.")
    assert refused("local").endswith("The model's name goes before the flags.")
    assert refused("*.csv") == "no file matches."
    assert refused("blob") == "blob is neither UTF-8 text nor a picture."
    assert refused("torn.ipynb") == "torn.ipynb is no readable notebook."
    assert refused("folder").startswith("it is a folder")
    assert refused("b.part", b=Broken()) == "b.part cannot be read: RuntimeError: gone."
    assert "RecursionError" in refused("b", b=Broken()) or "holds itself" in refused(
        "b", b=Broken()
    )
    assert refused("Err", Err=FailedCells()).startswith("No cell has failed")
    assert refused("a\0b") == "there is no such variable, file or module."


@pytest.mark.parametrize("thing", ["__builtins__", "cfg.__class__", "__future__", "os.__dict__"])
def test_names_that_begin_with_two_underscores_are_attached_only_as_files(
    thing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = {"__builtins__": {"open": open}, "cfg": object(), "os": os}
    assert refused(thing, **named).startswith("no file has that name")
    Path(thing).write_text("a file's own text")
    assert [piece.text for piece in attach([thing], named)] == ["a file's own text"]


def test_values_that_hold_themselves_or_are_huge_are_shown_in_part() -> None:
    cyclic: list[Any] = [1]
    cyclic.append(cyclic)
    assert one(cyclic).text == "[1, [...]]"
    assert len(one(list(range(1_000_000))).text) < 10_000
    assert one({"a": 1}).kind == "dict"


def test_attachments_stand_before_the_prompt_in_fences_nothing_closes() -> None:
    pieces = [Piece("f", "function", "```\n{secret}\n", language="python")]
    prompt = build("Explain f.", {"secret": "s"}, pieces, room=1000)
    assert prompt.text == "`f` (function):\n\n````python\n```\n{secret}\n````\n\nExplain f."
    assert prompt.opening == (Attachment("f", "function", 13, 4),)


def test_over_the_budget_the_large_are_cut_and_it_is_said() -> None:
    pieces = [
        Piece("long", "text", "z" * 5000),
        Piece("short", "text", "ok"),
        Piece("Err", "error", "old\n" * 500 + "last", keeps_end=True),
    ]
    prompt = build("Hm", {}, pieces, room=1002)
    assert [e.text for e in prompt.opening if isinstance(e, Notice)] == [
        "Cut to fit 1,002 characters: long to 500 of 5,000 characters; Err to 500 of 2,004"
        " characters. --budget sets it."
    ]
    assert "ok" in prompt.text
    assert "last\n```" in prompt.text
    assert len(prompt.text) < 1300


def test_of_values_that_say_nothing_as_text_it_is_said_how_they_can_be_attached() -> None:
    def told(prompt: str) -> list[str]:
        values = {"f": fenced, "one": one, "n": 1, "like": "<a at home>"}
        opening = build(prompt, values, room=1000).opening
        return [event.text for event in opening if isinstance(event, Notice)]

    assert told("{f} {n} {like}") == [
        "{f} went into the prompt without what it holds: --with f attaches it."
    ]
    assert told("{f} {one} {f}") == [
        "{f}, {one} went into the prompt without what they hold: --with f one attaches them."
    ]
