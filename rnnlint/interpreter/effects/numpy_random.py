"""numpy.random: drawing numbers, rows and orders."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Values
from rnnlint.facts.sizes import subtract
from rnnlint.interpreter import arrays, dtypes
from rnnlint.interpreter.arrays import Dims, like_rows, make, to_array, to_dims, to_size
from rnnlint.interpreter.effects.registry import Effect, Invocation, effect
from rnnlint.interpreter.values import Array, List, Object, Value

GENERATORS = ("numpy.random.RandomState", "numpy.random.Generator")


def drawing(*names: str) -> Callable[[Effect], Effect]:
    """Registers a function of numpy.random and the methods of its generators by these names."""

    def register(function: Effect) -> Effect:
        effect(*(f"numpy.random.{name}" for name in names))(function)
        effect(*(f"{generator}.{name}" for generator in GENERATORS for name in names))(_as_method(function))
        return function

    return register


def _as_method(function: Effect) -> Effect:
    def method(at: Invocation, generator: Value, *args: Value, **kwargs: Value) -> Value:
        return function(at, *args, **kwargs)

    parameters = list(inspect.signature(function).parameters.values())
    generator = inspect.Parameter("generator", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    method.__signature__ = inspect.Signature([parameters[0], generator, *parameters[1:]])  # type: ignore[attr-defined]
    return method


@effect("numpy.random.default_rng", "numpy.random.Generator")
def default_rng(at: Invocation) -> Value:
    """A generator of random numbers."""
    return Object("numpy.random.Generator")


@effect("numpy.random.RandomState")
def random_state(at: Invocation) -> Value:
    """A generator of random numbers, in the old way."""
    return Object("numpy.random.RandomState")


@drawing("seed", "set_state")
def seed(at: Invocation) -> Value:
    """Draws nothing."""
    return None


def _drawn(at: Invocation, dims: Dims, dtype: Any, values: Values | None = None) -> Array:
    return make(at, dims, dtype, values, ragged=False)


def _size(size: Value) -> Dims:
    return () if size is None else to_dims(size)


@drawing("rand", "randn")
def rand(at: Invocation, *sizes: Value) -> Value:
    """Random floats; the sizes are arguments of their own."""
    values = Values(0, 1, False) if at.path.endswith("rand") else Values(whole=False)
    return _drawn(at, tuple(to_size(size) for size in sizes), "float64", values)


@drawing("random", "random_sample", "ranf", "sample")
def random(at: Invocation, size: Value = None) -> Value:
    """Random floats from 0 to 1."""
    return _drawn(at, _size(size), "float64", Values(0, 1, False))


@drawing("uniform")
def uniform(at: Invocation, low: Value = 0.0, high: Value = 1.0, size: Value = None) -> Value:
    """Random floats between bounds."""
    plain = isinstance(low, (int, float)) and isinstance(high, (int, float))
    dims = _parametric(size, low, high)
    return _drawn(at, dims, "float64", Values(low, high, False) if plain else Values(whole=False))


@drawing("normal", "lognormal", "laplace", "logistic", "gumbel", "beta", "gamma")
def normal(at: Invocation, loc: Value = 0.0, scale: Value = 1.0, size: Value = None) -> Value:
    """Random floats of a distribution with two parameters."""
    return _drawn(at, _parametric(size, loc, scale), "float64", Values(whole=False))


@drawing(
    "exponential", "standard_normal", "standard_cauchy", "standard_exponential", "chisquare", "rayleigh", "weibull"
)
def standard_normal(at: Invocation, scale: Value = 1.0, size: Value = None) -> Value:
    """Random floats of a distribution with one parameter or none."""
    if at.path.endswith(("standard_normal", "standard_cauchy", "standard_exponential")):
        return _drawn(at, _size(size if scale == 1.0 else scale), "float64", Values(whole=False))
    return _drawn(at, _parametric(size, scale), "float64", Values(whole=False))


@drawing("poisson", "geometric")
def poisson(at: Invocation, lam: Value = 1.0, size: Value = None) -> Value:
    """Random counts."""
    return _drawn(at, _parametric(size, lam), "int64", Values(low=0, whole=True))


@drawing("binomial")
def binomial(at: Invocation, n: Value, p: Value, size: Value = None) -> Value:
    """Random counts up to `n`."""
    high = n if isinstance(n, int) else UNKNOWN
    return _drawn(at, _parametric(size, n, p), "int64", Values(0, high, True))


@drawing("multivariate_normal")
def multivariate_normal(at: Invocation, mean: Value, cov: Value, size: Value = None) -> Value:
    """Random vectors."""
    center = to_array(at, mean).dims
    dims = _size(size)
    return _drawn(at, None if center is None or dims is None else dims + center, "float64")


@drawing("multinomial", "dirichlet")
def multinomial(at: Invocation, n: Value, pvals: Value, size: Value = None) -> Value:
    """Random counts (of `dirichlet`: shares) for each class."""
    counts = at.path.endswith("multinomial")
    classes = to_array(at, pvals if counts else n).dims
    dims = _size(size if counts else (None if pvals is UNKNOWN else pvals))
    found = None if classes is None or dims is None else dims + classes
    return _drawn(at, found, "int64" if counts else "float64", Values(low=0, whole=counts))


def _parametric(size: Value, *parameters: Value) -> Dims:
    """Sizes of a draw: those that are given, or those of the parameters."""
    if size is not None:
        return to_dims(size)
    shapes: list[Dims] = []
    for parameter in parameters:
        if isinstance(parameter, Array):
            shapes.append(parameter.dims)
        elif isinstance(parameter, (int, float, Linear)):
            shapes.append(())
        else:
            return None
    return arrays.broadcast(*shapes)


@drawing("randint", "random_integers", "integers")
def randint(at: Invocation, low: Value, high: Value = None, size: Value = None, dtype: Value = None,
            endpoint: Value = False) -> Value:  # fmt: skip
    """Random integers, the upper bound left out. One alone is a number that is not known."""
    first, last = (0, low) if high is None else (low, high)
    if at.path.endswith("random_integers"):
        first, last = (1 if high is None else first), to_size(last)
        endpoint = True
    if isinstance(last, (int, Linear)) and endpoint is False:
        last = subtract(last, 1)
    bounds = [bound if isinstance(bound, (int, Linear)) else UNKNOWN for bound in (first, last)]
    if size is None and not isinstance(low, (Array, List)) and not isinstance(high, (Array, List)):
        whole = isinstance(first, int) and not isinstance(first, bool)
        return at.machine.symbol("randint", least=first) if whole and first >= 0 else UNKNOWN
    name = "int64" if dtype is None else dtypes.dtype_name(dtype)
    dims = to_dims(size) if size is not None else None
    return _drawn(at, dims, name, Values(bounds[0], bounds[1], True))


@drawing("choice")
def choice(at: Invocation, a: Value, size: Value = None, replace: Value = True, axis: Value = 0) -> Value:
    """Elements of a vector, or of `range(a)`, drawn at random."""
    if isinstance(a, (int, Linear)):
        if size is None:
            return at.machine.symbol("choice")
        high = subtract(a, 1)
        made = _drawn(at, to_dims(size), "int64", Values(0, high if isinstance(high, (int, Linear)) else UNKNOWN, True))
    else:
        pool = to_array(at, a)
        if size is None:
            return UNKNOWN
        rest = pool.dims[1:] if pool.dims else None
        dims = to_dims(size)
        made = _drawn(at, None if rest is None or dims is None else dims + rest, pool.fact.dtype, pool.fact.values)
        if pool.fact.origins:
            made.fact = _origins(made, pool)
    made.fact = _shuffled(at, made)
    return made


def _origins(made: Array, pool: Array) -> Any:
    return replace(made.fact, origins=made.fact.origins | pool.fact.origins)


def _shuffled(at: Invocation, array: Array) -> Any:
    return replace(array.fact, shuffled=True, shuffled_at=at.machine.location(at.node))


@drawing("permutation", "permuted")
def permutation(at: Invocation, x: Value, axis: Value = 0) -> Value:
    """The rows of an array, or the numbers up to `x`, in random order."""
    where = at.machine.location(at.node)
    if isinstance(x, (int, Linear)):
        high = subtract(x, 1)
        values = Values(0, high if isinstance(high, (int, Linear)) else UNKNOWN, True)
        return make(at, (x,), "int64", values, shuffled=True, shuffled_at=where, ragged=False)
    given = to_array(at, x)
    return like_rows(at, given, given.dims, cut=None, shuffled=True, shuffled_at=where)


@drawing("shuffle")
def shuffle(at: Invocation, x: Value) -> Value:
    """Brings the rows into random order, in place."""
    if isinstance(x, Array):
        x.fact = replace(_shuffled(at, x), source=at.machine.new_id())
        x.cut = None
        x.content = None
    elif isinstance(x, List):
        shuffle_list(at, x)
    return None


def shuffle_list(at: Invocation, given: List) -> None:
    """Brings a list into random order: which element stands where is not known any more."""
    element = given.element
    if given.items is not None:
        like = bool(given.items) and all(_alike(item, given.items[0]) for item in given.items)
        element = given.items[0] if like else UNKNOWN
        given.length, given.items = len(given.items), None
    if isinstance(element, Array):
        found = like_rows(at, element, element.dims)
        found.fact = _shuffled(at, found)
        element = replace_cut(found)
    elif isinstance(element, (int, float, str)):
        element = UNKNOWN
    given.element = element


def replace_cut(array: Array) -> Array:
    """The array without a place in what it was cut from."""
    array.cut = None
    return array


def _alike(a: Value, b: Value) -> bool:
    if isinstance(a, Array) and isinstance(b, Array):
        return a.fact.shape == b.fact.shape and a.fact.dtype == b.fact.dtype
    return type(a) is type(b)


@effect("numpy.random.*", "numpy.random.RandomState.*", "numpy.random.Generator.*")
def anything(at: Invocation) -> Value:
    """Some draw of a shape that is not followed."""
    return make(at, None)
