"""The headers by which a provider asks for a pause."""

from __future__ import annotations

import time

import pytest

from nbstream.providers.retry_after import retry_after_s

NOW = 1696004797.0  # Fri, 29 Sep 2023 16:26:37 GMT


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Fri, 29 Sep 2023 16:26:57 GMT"}, 20.0),
        ({"retry-after": "Fri, 29 Sep 2023 16:26:27 GMT"}, None),
        ({"retry-after": "Friday, 29-Sep-23 16:26:57 GMT"}, 20.0),
        ({"retry-after": "Fri, 29 Sep 2023 18:26:57 +0200"}, 20.0),
        ({"retry-after-ms": "-5", "retry-after": "20"}, 20.0),
        ({"retry-after": "604801"}, None),
        ({"retry-after": "20, 30"}, None),
        ({"retry-after-ms": "250", "retry-after": "20"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "20"}, 20.0),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-10"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "99999999999999999999999999999999999"}, None),
        ({"retry-after": "Fri, 29 Sep 100000 16:26:57 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_seconds_or_none(headers: dict[str, str], expected: float | None) -> None:
    assert retry_after_s(headers, NOW) == expected


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="sets the time zone as Unix does")
@pytest.mark.parametrize(
    "date", ["Fri Sep 29 16:26:57 2023", "Fri, 29 Sep 2023 16:26:57", "29 Sep 2023 16:26:57 -0000"]
)
def test_a_date_without_a_zone_is_one_of_utc(date: str, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("TZ", "America/New_York")
            time.tzset()
            assert retry_after_s({"retry-after": date}, NOW) == 20.0
    finally:
        time.tzset()
