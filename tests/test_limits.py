"""Slots: so many streams at once and no more, across loops and threads."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.limits import Allowance, Slots


@given(st.lists(st.text(max_size=5)), st.integers(0, 12))
def test_an_allowance_lets_through_exactly_so_many_characters(pieces: list[str], most: int):
    allowance = Allowance(most)
    assert "".join(map(allowance.take, pieces)) == "".join(pieces)[:most]


def test_an_allowance_without_a_limit_takes_nothing_away():
    text = "x" * 100
    assert Allowance(None).take(text) is text


class Holder:
    """A task that holds a slot until it is let go."""

    def __init__(self, slots: Slots, name: str, order: list[str]) -> None:
        self.has_it = asyncio.Event()
        self.go = asyncio.Event()
        self.task = asyncio.create_task(self._hold(slots, name, order))

    async def _hold(self, slots: Slots, name: str, order: list[str]) -> None:
        async with slots.slot():
            order.append(name)
            self.has_it.set()
            await self.go.wait()

    async def leave(self) -> None:
        self.go.set()
        await self.task


async def test_slots_are_given_in_the_order_they_were_asked_for():
    slots, order = Slots(2), list[str]()
    holders = [Holder(slots, name, order) for name in "abcd"]
    await holders[1].has_it.wait()
    assert (order, slots.busy) == (["a", "b"], True)
    await holders[1].leave()
    await holders[2].has_it.wait()
    await holders[0].leave()
    await holders[3].has_it.wait()
    assert order == ["a", "b", "c", "d"]
    await holders[2].leave()
    assert not slots.busy
    await holders[3].leave()


async def test_a_waiter_that_is_cancelled_takes_no_slot():
    slots, order = Slots(1), list[str]()
    first, second, third = (Holder(slots, name, order) for name in "abc")
    await first.has_it.wait()
    second.task.cancel()
    with suppress(asyncio.CancelledError):
        await second.task
    await first.leave()
    await third.has_it.wait()
    await third.leave()
    assert (order, slots.busy) == (["a", "c"], False)


async def test_a_waiter_that_is_cancelled_as_it_is_given_its_slot_hands_it_on():
    slots, order = Slots(1), list[str]()
    first, second, third = (Holder(slots, name, order) for name in "abc")
    await first.has_it.wait()
    first.go.set()
    await first.task  # the slot is on its way to the second
    second.task.cancel()
    with suppress(asyncio.CancelledError):
        await second.task
    third.go.set()
    await third.task
    assert (order, slots.busy) == (["a", "c"], False)


async def test_a_block_that_fails_gives_its_slot_back():
    slots = Slots(1)
    with pytest.raises(ZeroDivisionError):
        async with slots.slot():
            raise ZeroDivisionError
    assert not slots.busy


def test_two_loops_in_two_threads_share_the_slots():
    slots, most, now = Slots(2), 0, 0
    lock = threading.Lock()

    async def stream() -> None:
        nonlocal most, now
        async with slots.slot():
            with lock:
                now += 1
                most = max(most, now)
            await asyncio.sleep(0)
            with lock:
                now -= 1

    async def many() -> None:
        await asyncio.gather(*(stream() for _ in range(100)))

    threads = [threading.Thread(target=lambda: asyncio.run(many())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
        assert not thread.is_alive()
    assert (most, now, slots.busy) == (2, 0, False)


def test_a_waiter_whose_loop_was_closed_is_passed_over():
    slots = Slots(1)
    abandoned = asyncio.new_event_loop()

    async def take() -> None:
        async with slots.slot():
            pass

    async def main() -> None:
        async with slots.slot():
            waiting = abandoned.create_task(take())
            await asyncio.to_thread(abandoned.run_until_complete, _turn())
            waiting._log_destroy_pending = False  # pyright: ignore[reportAttributeAccessIssue]
            abandoned.close()
        await asyncio.wait_for(take(), 5)

    async def _turn() -> None:
        await asyncio.sleep(0)

    asyncio.run(main())
    assert not slots.busy
