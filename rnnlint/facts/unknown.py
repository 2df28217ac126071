"""Not knowing is a value.

`UNKNOWN` says "cannot tell". It raises when used as a bool, so that a rule can only fire on `is True`.
"""

from enum import Enum
from typing import Final, Literal, NoReturn


class UnknownTruth(TypeError):
    """`UNKNOWN` was used where True or False is needed."""


class Unknown(Enum):
    """The type of `UNKNOWN`, its only member."""

    UNKNOWN = "?"

    def __bool__(self) -> NoReturn:
        raise UnknownTruth("UNKNOWN is neither true nor false: compare with `is True`, `is False` or `is UNKNOWN`")

    def __repr__(self) -> str:
        return "?"

    def __str__(self) -> str:
        return "?"


UNKNOWN: Final[Literal[Unknown.UNKNOWN]] = Unknown.UNKNOWN

Truth = bool | Unknown
"""An answer: True, False or UNKNOWN."""


def negate(truth: Truth) -> Truth:
    """Not `truth`; UNKNOWN stays UNKNOWN."""
    return UNKNOWN if truth is UNKNOWN else truth is False


def every(*truths: Truth) -> Truth:
    """True if all are True, False if one is False, else UNKNOWN."""
    if any(truth is False for truth in truths):
        return False
    return True if all(truth is True for truth in truths) else UNKNOWN


def some(*truths: Truth) -> Truth:
    """True if one is True, False if all are False, else UNKNOWN."""
    if any(truth is True for truth in truths):
        return True
    return False if all(truth is False for truth in truths) else UNKNOWN
