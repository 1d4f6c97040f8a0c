"""A run waits for its delivery: until it is complete and at rest, or for as long as the setting says."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.mentoring.sources import EVENTS, MENTORS, USERS
from include.pipeline.core import lock
from include.pipeline.core.settings import PROJECT_DIR, declared
from include.pipeline.orchestration.await_delivery import trigger as module
from include.pipeline.orchestration.await_delivery.trigger import DeliveryTrigger

DATE = "2031-05-02"
NAMES = [source.file_name for source in declared().sources]


def ago(**since: float) -> str:
    return (datetime.now(UTC) - timedelta(**since)).isoformat()


def deliver(folder: Path, names: list[str] = NAMES) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text("x", encoding="utf-8")


def fired(trigger: DeliveryTrigger, seconds: float = 20) -> Any:
    """Return what the trigger fires with; it goes through what Airflow keeps of it, as in a triggerer."""
    path, kept = trigger.serialize()
    assert path == "include.pipeline.orchestration.await_delivery.trigger.DeliveryTrigger"
    again = DeliveryTrigger(**json.loads(json.dumps(kept)))

    async def events() -> list[Any]:
        return [event.payload async for event in again.run()]

    (payload,) = asyncio.run(asyncio.wait_for(events(), seconds))
    return payload


@pytest.fixture
def before_looks(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that has something happen just before each of the next looks, one act a look."""
    look = module._look
    acts: list[Callable[[], Any]] = []

    def act_and_look(*of: str) -> module.Look:
        if acts:
            acts.pop(0)()
        return look(*of)

    monkeypatch.setattr(module, "_look", act_and_look)
    return lambda *following: acts.extend(following)


def nothing() -> None:
    pass


def trigger(
    since: str | None = None, run_type: str = "scheduled", of_run: str = "the run"
) -> DeliveryTrigger:
    return DeliveryTrigger(DATE, since or ago(minutes=1), run_type, of_run)


@pytest.mark.parametrize("folder", ["", DATE])
def test_a_delivery_that_is_there_is_received(folder: str, landing: Path) -> None:
    """Flat or in the folder of its date, however late the run begins to look."""
    deliver(landing / folder)
    assert fired(trigger()) is None
    assert fired(trigger(ago(days=2))) is None


def test_a_delivery_is_waited_for(landing: Path, before_looks: Callable[..., None]) -> None:
    """Until its last file is there; that of another day is none."""
    deliver(landing / "2031-05-01")
    left = [MENTORS.file_name, EVENTS.file_name]
    before_looks(nothing, nothing, lambda: deliver(landing / DATE, [USERS.file_name]), nothing, nothing)
    before_looks(lambda: deliver(landing / DATE, left), lambda: left.clear())
    assert fired(trigger()) is None
    assert left == []


def test_the_landing_folder_itself_may_come_late(landing: Path, before_looks: Callable[..., None]) -> None:
    """As a share that is not mounted yet."""
    landing.rmdir()
    before_looks(nothing, nothing, lambda: deliver(landing))
    assert fired(trigger()) is None
    assert landing.exists()


@pytest.mark.parametrize("shows", ["size", "time"])
def test_a_file_that_is_being_copied_is_left_alone(
    shows: str, landing: Path, before_looks: Callable[..., None]
) -> None:
    """Whether it grows, or was made at its full length and is filled."""
    deliver(landing)
    copied = landing / EVENTS.file_name
    steps = iter(range(1, 10))
    begun = time.time()

    def copy() -> None:
        step = next(steps)
        copied.write_text("x" * (step if shows == "size" else 9), encoding="utf-8")
        os.utime(copied, (1, begun + (step if shows == "time" else 0)))

    before_looks(*[copy] * 9)
    assert fired(trigger()) is None
    assert list(steps) == []


def test_a_delivery_of_long_ago_is_received_at_the_first_look(
    landing: Path, before_looks: Callable[..., None]
) -> None:
    """Nothing of it has changed for longer than two looks take; one file of just now gets a second look."""
    deliver(landing)
    for name in NAMES:
        os.utime(landing / name, (1, time.time() - 11))
    left = ["a second look"]
    before_looks(nothing, left.clear)
    assert fired(trigger()) is None
    assert left
    os.utime(landing / NAMES[0], (1, time.time() - 5))
    assert fired(trigger()) is None
    assert not left


def test_the_wait_has_an_end(landing: Path) -> None:
    """It says where what is missing."""
    deliver(landing / DATE, [USERS.file_name])
    lacking = f"{landing / DATE} lacks {MENTORS.file_name}, {EVENTS.file_name}"
    almost = ago(minutes=60, seconds=-0.5)
    assert fired(trigger(almost)) == lacking
    assert datetime.now(UTC) >= datetime.fromisoformat(almost) + timedelta(hours=1)


def test_a_delivery_that_never_comes_to_rest_is_late(
    landing: Path, before_looks: Callable[..., None]
) -> None:
    """Half a file is no delivery, and the next run is not held up for ever."""
    sizes = iter(range(1, 100))
    deliver(landing)
    growing = landing / USERS.file_name
    before_looks(*[lambda: growing.write_bytes(bytes(next(sizes)))] * 99)
    late = fired(trigger(ago(minutes=61)))
    assert late.startswith(f"{growing} (2 bytes of ") and late.endswith(": still changing")


def test_what_came_with_the_last_look_is_looked_at_again(
    landing: Path, before_looks: Callable[..., None]
) -> None:
    """It is there, and whether it is at rest the next look shows."""
    almost = ago(minutes=60, seconds=-0.5)
    before_looks(nothing, lambda: (time.sleep(0.6), deliver(landing)))
    assert fired(trigger(almost)) is None


def test_a_restarted_triggerer_does_not_start_the_wait_over(landing: Path) -> None:
    """What is kept of the trigger holds the start of the run, not that of the wait."""
    waiting_since = ago(minutes=59, seconds=59)
    begun = time.monotonic()

    async def given_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(aiter(trigger(waiting_since).run())), 0.2)

    asyncio.run(given_up())
    assert "lacks" in fired(trigger(waiting_since))
    assert time.monotonic() - begun < 5


def test_a_backfill_does_not_wait(landing: Path) -> None:
    """What is not there on a day that is over will not come by itself."""
    assert "lacks" in fired(trigger(ago(), run_type="backfill"))
    deliver(landing)
    assert fired(trigger(ago(), run_type="backfill")) is None


def test_no_wait_is_one_look(landing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zero minutes, and nothing there."""
    monkeypatch.setenv("MENTOR_DELIVERY_WAIT_MINUTES", "0")
    monkeypatch.setattr(module, "POLL_SECONDS", 60)
    assert "lacks" in fired(trigger(ago()))


def test_what_waiting_does_not_mend_is_left_to_be_refused(
    landing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two forms of one file, a link out of the landing folder, a setting that is none."""
    deliver(landing)
    (landing / f"{USERS.file_name}.gz").touch()
    assert fired(trigger()) is None
    (landing / f"{USERS.file_name}.gz").unlink()
    (landing / USERS.file_name).rename(tmp_path / "elsewhere")
    (landing / USERS.file_name).symlink_to(tmp_path / "elsewhere")
    assert fired(trigger()) is None
    monkeypatch.setenv("MENTOR_DELIVERY_WAIT_MINUTES", "soon")
    assert fired(trigger()) is None


async def all_fired(*triggers: DeliveryTrigger, act: Callable[[], None] = nothing) -> int:
    """Return how many of the triggers fire in time; act when the first one has."""
    tasks = [asyncio.create_task(anext(aiter(trigger.run()))) for trigger in triggers]
    await asyncio.wait(tasks, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    act()
    ended, waiting = await asyncio.wait(tasks, timeout=1)
    for one in waiting:
        one.cancel()
    return len(ended)


def test_runs_that_begin_at_once_take_turns(landing: Path) -> None:
    """Airflow starts ten runs of a backfill in parallel: one has the warehouse until it is over."""
    deliver(landing)
    triggers = [trigger(of_run=f"run {number}") for number in range(5)]
    assert asyncio.run(all_fired(*triggers)) == 1
    holder = lock.holder()
    assert holder is not None
    assert asyncio.run(all_fired(*triggers)) == 1, "only the one that has it"
    lock.release(holder.run)
    assert asyncio.run(all_fired(*triggers)) == 1
    following = lock.holder()
    assert following is not None
    assert asyncio.run(all_fired(*triggers, act=lambda: lock.release(following.run))) == 2


@pytest.mark.parametrize(("state", "is_free"), [("success", True), ("failed", True), ("running", False)])
def test_a_run_that_has_ended_is_not_waited_for(
    state: str, is_free: bool, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last task was cleared alone, or a person ended it: it has released nothing."""
    deliver(landing)
    asked = []

    def answer(*run: str) -> str:
        asked.append(run)
        return state

    # Airflow answers where it runs the task; tests/test_schedule.py asks a real one.
    monkeypatch.setattr(module.RuntimeTaskInstance, "get_dagrun_state", answer)
    assert lock.try_acquire("the other run")
    assert asyncio.run(all_fired(trigger())) == is_free
    assert set(asked) == {(declared().dag_id, "the other run")}
    holder = lock.holder()
    assert holder is not None and holder.run == ("the run" if is_free else "the other run")


def test_a_turn_comes_when_a_process_ends_that_works_in_the_warehouse(landing: Path) -> None:
    """As `make run` does."""
    deliver(landing)
    code = "from include.pipeline.core import lock; lock.acquire('make run', is_one_process=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT_DIR, stdin=subprocess.PIPE) as process:
        while lock.holder() is None:
            assert process.poll() is None
            time.sleep(0.05)
        with pytest.raises(TimeoutError):
            fired(trigger(), seconds=1)
        process.communicate(b"\n")
    assert fired(trigger()) is None


def test_a_warehouse_that_cannot_be_claimed_is_left_to_the_task_to_report(
    landing: Path, tmp_path: Path
) -> None:
    """The task that receives says what is wrong with it."""
    deliver(landing)
    (tmp_path / "warehouse").touch()
    assert fired(trigger()) is None
