"""How every test runs."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

# A shell that runs the tests in the background makes them ignore SIGINT, and with them every
# program they start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A test asserts facts, never times: a busy machine is no failure.
settings.register_profile(
    "tests", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")
