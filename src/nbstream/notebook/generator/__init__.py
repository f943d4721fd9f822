"""`nbstream.Generator`: a prompt box with its conversation, as a widget."""

from __future__ import annotations

from .widget import Generator

__all__ = ["Generator"]
