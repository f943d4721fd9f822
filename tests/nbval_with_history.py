"""nbval with `In` and `Out`: a pytest plugin.

nbval asks the kernel to keep no history, which no reader's front end does; a notebook that names
an earlier cell could not be run by it.
"""

from __future__ import annotations

from nbval.kernel import RunningKernel

_start = RunningKernel.__init__


def _start_with_history(self: RunningKernel, *arguments: object, **options: object) -> None:
    _start(self, *arguments, **options)
    execute = self.kc.execute
    self.kc.execute = lambda *given, **how: execute(*given, **{**how, "store_history": True})


RunningKernel.__init__ = _start_with_history
