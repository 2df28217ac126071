"""Lints many scripts in several processes; what comes of it is the same, in the same order."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from rnnlint.files import Found
from rnnlint.finding import Finding
from rnnlint.joining import CannotLint, Progress, Readings
from rnnlint.judging import File, judged
from rnnlint.reading import Reading
from rnnlint.rule import Rule
from rnnlint.settings import Settings

Judged = tuple[File, list[Finding]]

FEWEST = 8
"""Fewer scripts are not worth the start of processes."""

_work: Callable[[Found], Judged]
"""What a worker process does, once it has begun."""


def processes(jobs: int) -> int:
    """How many processes `--jobs` means; 0: as many as this process may use processors."""
    if jobs > 0:
        return jobs
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def judge_side_by_side(
    targets: Sequence[Found | Reading],
    readings: Readings,
    rules: Sequence[Rule],
    settings: Settings,
    jobs: int,
    progress: Progress | None = None,
) -> Iterator[Judged]:
    """As reading and judging one target after the other. Scripts go to other processes, models stay in this one: its
    report draws them.

    Raises:
        CannotLint: a process was killed.
    """
    names = [rule.name for rule in rules]
    begin = (readings.keras, settings, readings.belonging, readings.spelled, names)
    pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=begin)
    try:
        waiting = {
            number: pool.submit(_do, target)
            for number, target in enumerate(targets)
            if isinstance(target, Found) and _is_script(target)
        }
        for number, target in enumerate(targets):
            if progress is not None:
                progress(number, len(targets), target.path)
            yield _result(waiting.pop(number)) if number in waiting else judged(readings.answer(target), rules)
    except BrokenProcessPool:
        raise CannotLint("a process of `--jobs` was killed, probably for want of memory: take fewer") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def worth_it(targets: Sequence[Found | Reading], jobs: int) -> bool:
    """Whether there is enough to do for several processes."""
    return jobs > 1 and sum(map(_is_script, targets)) >= FEWEST


def _is_script(target: Found | Reading) -> bool:
    return isinstance(target, Found) and target.content.kind in ("script", "notebook") and target.data is None


def _result(future: "Future[Judged]") -> Judged:
    return future.result()


def _begin(
    keras: int | None, settings: Settings, belonging: str | None, spelled: Mapping[str, str], names: Sequence[str]
) -> None:
    """In a worker process, once. Ctrl-C ends it without a word; the first process speaks."""
    global _work
    from rnnlint.own_rules import OWN_RULES
    from rnnlint.packs import load_rules

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    known = {**load_rules(*settings.packs), **OWN_RULES}
    rules = [known[name] for name in names]
    readings = Readings(keras, (), belonging, settings.keras_of, spelled)

    def work(target: Found) -> Judged:
        return judged(readings.answer(target), rules)

    _work = work


def _do(target: Found) -> Judged:
    return _work(target)
