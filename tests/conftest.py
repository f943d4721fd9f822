"""How every test runs."""

from __future__ import annotations

import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# The tests' keys begin like this; no part may print or log one.
CANARY = "sk-canary-"

# A shell that runs the tests in the background makes them ignore SIGINT, and with them every
# program they start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A test asserts facts, never times: a busy machine is no failure.
settings.register_profile(
    "tests", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that passed but let a key be printed or logged has failed."""
    report = yield
    if report.passed:
        for name, text in report.sections:
            if CANARY in text:
                report.outcome = "failed"
                report.longrepr = f"{item.nodeid}: a key is in what was captured ({name})."
    return report
