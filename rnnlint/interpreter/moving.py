"""Windows that a loop hands to a call one after the other: how far each lies behind the one before."""

from collections.abc import Sequence
from dataclasses import replace

from rnnlint.facts import Branch, Call, Data, Linear, Loop, Slots, Symbol, Unknown
from rnnlint.facts.sizes import substitute, subtract

Event = Call | Loop | Branch


def moving(first: Sequence[Event], second: Sequence[Event]) -> list[Event]:
    """The calls of one round, with the stride of each single window to that of the next round."""
    if len(first) != len(second):
        return list(first)
    return [_moving(one, other) for one, other in zip(first, second, strict=True)]


def next_round(events: Sequence[Event], counter: Linear | None) -> tuple[list[Event], list[Event]]:
    """The calls of a loop's body in the first and in the second round of its counter."""
    symbol = counter.terms[0][0] if counter is not None and len(counter.terms) == 1 else None
    if not isinstance(symbol, Symbol):
        return list(events), list(events)
    return [_at(event, symbol, 0) for event in events], [_at(event, symbol, 1) for event in events]


def _at(event: Event, counter: Symbol, round: int) -> Event:
    if not isinstance(event, Call):
        return event
    items = tuple(_data_at(item, counter, round) for item in event.x.items)
    return replace(event, x=Slots(items, event.x.unsure))


def _data_at(data: Data | Unknown, counter: Symbol, round: int) -> Data | Unknown:
    if isinstance(data, Unknown) or data.windows is None or isinstance(data.windows.offset, Unknown):
        return data
    offset = substitute(data.windows.offset, {counter: round})
    return data if offset is None else replace(data, windows=replace(data.windows, offset=offset))


def _moving(one: Event, other: Event) -> Event:
    if not isinstance(one, Call) or not isinstance(other, Call) or len(one.x) != len(other.x):
        return one
    items = tuple(_with_stride(a, b) for a, b in zip(one.x, other.x, strict=True))
    return one if items == one.x.items else replace(one, x=Slots(items, one.x.unsure))


def _with_stride(one: Data | Unknown, other: Data | Unknown) -> Data | Unknown:
    """Of the window of one round, seen from that of the next."""
    if isinstance(one, Unknown) or isinstance(other, Unknown) or one.windows is None or other.windows is None:
        return one
    window, later = one.windows, other.windows
    if one.samples != 1 or (window.source, window.length, window.rate) != (later.source, later.length, later.rate):
        return one
    distance = subtract(later.offset, window.offset)
    if not isinstance(distance, int) or distance <= 0:
        return one
    return replace(one, windows=replace(window, stride=distance))
