"""Not knowing is a value, and no bool."""

import copy
import pickle
from itertools import product

import pytest

from rnnlint.facts import UNKNOWN, Truth, UnknownTruth, every, negate, some

TRUTHS: tuple[Truth, ...] = (True, False, UNKNOWN)


def test_raises_as_a_bool() -> None:
    with pytest.raises(UnknownTruth):
        bool(UNKNOWN)
    with pytest.raises(UnknownTruth):
        _ = UNKNOWN and True
    with pytest.raises(UnknownTruth):
        if not UNKNOWN:
            pass


def test_is_one_of_its_kind() -> None:
    assert copy.deepcopy(UNKNOWN) is UNKNOWN
    assert pickle.loads(pickle.dumps(UNKNOWN)) is UNKNOWN
    assert UNKNOWN == UNKNOWN and UNKNOWN is not None
    assert {UNKNOWN: 1}[UNKNOWN] == 1
    assert str(UNKNOWN) == repr(UNKNOWN) == "?"


def possible(truth: Truth) -> set[bool]:
    return {True, False} if truth is UNKNOWN else {truth is True}


@pytest.mark.parametrize("truths", list(product(TRUTHS, repeat=3)))
def test_every_and_some_follow_from_all_possibilities(truths: tuple[Truth, ...]) -> None:
    worlds = list(product(*map(possible, truths)))
    for answer, function in ((every(*truths), all), (some(*truths), any)):
        outcomes = {function(world) for world in worlds}
        assert possible(answer) == outcomes


def test_negate() -> None:
    assert [negate(truth) for truth in TRUTHS] == [False, True, UNKNOWN]


def test_of_nothing() -> None:
    assert every() is True
    assert some() is False
