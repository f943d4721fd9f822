"""How every test runs."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A test asserts facts, never times: a busy machine is no failure.
settings.register_profile(
    "tests", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")
