"""What a loss does with an output and a target: which shapes fit, and which numbers it expects.

Keras takes a target of another shape than the output where it can: it adds or drops a last axis of size 1 and then
broadcasts as numpy does. What comes out has little to do with what was meant, and nothing is said. Measured on Keras
3.15 and tf_keras 2.21; see tests/oracle/test_targets.py.
"""

import re
from collections.abc import Sequence
from enum import Enum

from rnnlint.facts import UNKNOWN, Dim, Loss, Shape, Truth, Unknown, every, some
from rnnlint.facts.sizes import equal


class Verdict(Enum):
    """What happens to a target of this shape.

    FITS: it is compared number by number with the output.
    SILENT: it is compared with something else, by broadcasting, without a word.
    RAISES: Keras refuses it.
    MISFIT: one of the last two; which, depends on sizes that are not known.
    UNKNOWN: cannot tell.
    """

    FITS = "fits"
    SILENT = "silent"
    RAISES = "raises"
    MISFIT = "misfit"
    UNKNOWN = "unknown"

    @property
    def wrong(self) -> bool:
        """Whether it surely does not fit."""
        return self in (Verdict.SILENT, Verdict.RAISES, Verdict.MISFIT)


ALIASES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "logcosh": "log_cosh",
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "huber_loss": "huber",
    "cosine_proximity": "cosine_similarity",
    "cosine": "cosine_similarity",
}
"""Other names under which Keras knows a loss."""

BROADCASTING = frozenset(
    {
        "mean_squared_error",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "mean_squared_logarithmic_error",
        "log_cosh",
        "huber",
        "hinge",
        "squared_hinge",
        "categorical_hinge",
        "poisson",
        "kl_divergence",
        "cosine_similarity",
    }
)
"""Losses that broadcast output against target in every Keras."""

BINARY = frozenset({"binary_crossentropy", "binary_focal_crossentropy"})
CATEGORICAL = frozenset({"categorical_crossentropy", "categorical_focal_crossentropy"})
SPARSE = frozenset({"sparse_categorical_crossentropy"})

MANY = 10**9 + 7
"""Rows of a batch that is not known: a number that no other axis has."""


def canonical(name: str) -> str | Unknown:
    """The name that Keras resolves a loss to: `MSE`, `mse`, `MeanSquaredError` are `mean_squared_error`.

    UNKNOWN for a name that is no loss of Keras.
    """
    snake = name if "_" in name or name.islower() else _snake(name)
    snake = ALIASES.get(snake.lower(), snake.lower())
    return snake if snake in BROADCASTING | BINARY | CATEGORICAL | SPARSE else UNKNOWN


def from_logits(loss: Loss) -> Truth:
    """Whether the loss applies sigmoid or softmax itself."""
    given = loss.options.get("from_logits", False)
    return given if isinstance(given, bool) else UNKNOWN


def counterparts(loss: Loss) -> Sequence[Loss]:
    """The losses for class ids where this is one for one-hot rows, and the other way round; else none."""
    if loss.name in CATEGORICAL:
        return (Loss("sparse_categorical_crossentropy", loss.options),)
    if loss.name in SPARSE:
        return (Loss("categorical_crossentropy", loss.options),)
    return ()


def judge_target(
    loss: Loss | None,
    output: Shape,
    target: Shape,
    keras: int | Unknown = UNKNOWN,
    batch: Dim = UNKNOWN,
    sigmoid: Truth = False,
) -> Verdict:
    """What the loss does with a target of this shape.

    Args:
        loss: None: nothing is compared, all fits.
        output: of the model, batch first. A None axis is any size.
        target: batch (or samples) first.
        keras: where versions differ and it is UNKNOWN, MISFIT or UNKNOWN is the answer.
        batch: rows in a batch.
        sigmoid: whether the output is that of a sigmoid. Keras 2 then compares what went into it, and refuses shapes
            that `binary_crossentropy` else broadcasts.
    """
    if loss is None:
        return Verdict.FITS
    if isinstance(loss.name, Unknown):
        return Verdict.UNKNOWN
    answers = {
        _judged(loss, (size, *output.dims[1:]), (size, *target.dims[1:]), version, ends)
        for ends in ((True, False) if sigmoid is UNKNOWN else (sigmoid,))
        for version in ((3, 2) if keras is UNKNOWN else (keras,))
        for size in ((batch,) if isinstance(batch, int) else (1, MANY))
    }
    if len(answers) == 1:
        return answers.pop()
    return Verdict.MISFIT if all(answer.wrong for answer in answers) else Verdict.UNKNOWN


Dims = tuple[Dim, ...]


def _judged(given: Loss, output: Dims, target: Dims, keras: int, sigmoid: Truth) -> Verdict:
    loss = given.name
    if not output or not target or isinstance(loss, Unknown):
        return Verdict.UNKNOWN
    if keras == 2 and loss == "binary_crossentropy":
        pair = _same_rank(output, _widened(output, target, keras))
        # dropping an axis loses the way back to the sigmoid
        logits = from_logits(given) is True or (sigmoid is True and pair[0] == output)
        return _strict(*pair) if logits else _broadcast(*pair)
    if loss in SPARSE:
        return _sparse(output, target, keras)
    if keras == 1 and loss in BROADCASTING | BINARY:  # it holds the target against the shape of the output
        return _strict(*_same_rank(output, _widened(output, target, keras)))
    if loss in BROADCASTING or (loss in BINARY and keras != 3) or loss == "categorical_focal_crossentropy":
        if keras != 3 and loss == "categorical_focal_crossentropy":
            return _strict(*_same_rank(output, target))
        return _broadcast(*_same_rank(output, _widened(output, target, keras)))
    if loss in BINARY | CATEGORICAL:
        return _strict(*_same_rank(output, target))
    return Verdict.UNKNOWN


def _widened(output: Dims, target: Dims, keras: int) -> Dims:
    """Keras 2 makes a column of a target without columns before the loss sees it."""
    return (*target, 1) if keras != 3 and len(target) == 1 and len(output) == 2 else target


def _same_rank(output: Dims, target: Dims) -> tuple[Dims, Dims]:
    """A last axis of 1 is dropped, or added to a target of rank 1, where that makes the ranks equal."""
    if len(output) == len(target) + 1 and output[-1] == 1:
        return (output, (*target, 1)) if len(target) == 1 else (output[:-1], target)
    if len(target) == len(output) + 1 and target[-1] == 1:
        return output, target[:-1]
    return output, target


def _broadcast(output: Dims, target: Dims) -> Verdict:
    rank = max(len(output), len(target))
    pairs = list(zip(_padded(output, rank), _padded(target, rank), strict=True))
    batch = len(output) == len(target)
    same = [True if batch and index == 0 else equal(a, b) for index, (a, b) in enumerate(pairs)]
    fits = every(*same)
    if fits is True:
        return Verdict.FITS
    runs = every(*(some(alike, equal(a, 1), equal(b, 1)) for alike, (a, b) in zip(same, pairs, strict=True)))
    if fits is UNKNOWN:
        return Verdict.RAISES if runs is False else Verdict.UNKNOWN
    if runs is UNKNOWN:
        return Verdict.MISFIT
    return Verdict.SILENT if runs else Verdict.RAISES


def _strict(output: Dims, target: Dims) -> Verdict:
    if len(output) != len(target):
        return Verdict.RAISES
    same = every(*(equal(a, b) for a, b in zip(output[1:], target[1:], strict=True)))
    return Verdict.UNKNOWN if same is UNKNOWN else Verdict.FITS if same else Verdict.RAISES


def _sparse(output: Dims, target: Dims, keras: int) -> Verdict:
    """One id for all classes of the last axis."""
    if len(output) == len(target) + 1 and output[-1] == 1 and len(target) > 1:
        squeezed = _ids(output[:-1], target)
        return Verdict.SILENT if squeezed is Verdict.FITS else squeezed
    verdict = _ids(output, target)
    if verdict is Verdict.RAISES and keras != 3 and _count(output[1:-1]) == _count(target[1:]) != UNKNOWN:
        return Verdict.SILENT
    return verdict


def _ids(output: Dims, target: Dims) -> Verdict:
    for extra in (1, 0):
        if len(target) == len(output) + extra and target[-1] == 1:
            target = target[:-1]
    return _strict(output[:-1], target)


def _count(dims: Dims) -> int | Unknown:
    total = 1
    for size in dims:
        if not isinstance(size, int):
            return UNKNOWN
        total *= size
    return total


def _padded(dims: Dims, rank: int) -> Dims:
    return (1,) * (rank - len(dims)) + dims


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
