"""What holds for every layer, whatever arrives: nothing raises, symbols stand for numbers, and where the Keras that
runs it is not known only what both give is said."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnlint.facts import UNKNOWN, Layer, Shape, Tensor, Unknown
from rnnlint.facts.sizes import Dim, substitute, symbol, symbols
from rnnlint.infer.catalogue import Era, canonical_options, classes, kind_of
from rnnlint.infer.naming import needs
from rnnlint.infer.registry import Arriving, Leaving, infer
from tests.oracle.layer_cases import INPUTS, cases
from tests.oracle.specs import Spec, ours

SPECS = cases()
KINDS = sorted({kind_of(cls) for era in Era for cls in classes(era)})


def answers(made: Spec, shape: tuple[Dim, ...], keras: int | Unknown, mask: bool = False) -> Leaving:
    tensor = Tensor(Shape.of(shape), "float32", mask)
    return infer(ours(made, keras if isinstance(keras, int) else 3), Arriving((tensor,), keras=keras))


@pytest.mark.parametrize("mask", [False, True])
def test_without_a_version_only_what_both_give(mask: bool) -> None:
    for made in SPECS:
        for shape in INPUTS:
            both = [answers(made, shape, keras, mask) for keras in (3, 2)]
            unsure = answers(made, shape, UNKNOWN, mask)
            for sure in both:
                agree(unsure, sure, f"{made} on {shape}")
            kinds = [{problem.kind for problem in sure.problems} for sure in both]
            assert {problem.kind for problem in unsure.problems} <= kinds[0] | kinds[1]
            assert not unsure.problems or all(kinds), f"{made} on {shape}"


def agree(unsure: Leaving, sure: Leaving, text: str) -> None:
    """What is said without knowing the version must be true in that version too."""
    if unsure.outputs is None or sure.outputs is None or unsure.problems or sure.problems:
        return
    if all(isinstance(tensor.shape, Unknown) for tensor in unsure.outputs):
        return
    assert len(unsure.outputs) == len(sure.outputs), text
    for mine, other in zip(unsure.outputs, sure.outputs, strict=True):
        if isinstance(mine.shape, Shape):
            assert isinstance(other.shape, Shape), text
            assert mine.shape.rank == other.shape.rank, text
            for a, b in zip(mine.shape.dims, other.shape.dims, strict=True):
                assert a is UNKNOWN or a == b, text
        assert mine.mask is UNKNOWN or mine.mask is other.mask, text
        assert mine.dtype is UNKNOWN or mine.dtype == other.dtype, text


@pytest.mark.parametrize("keras", [3, 2])
def test_symbols_stand_for_numbers(keras: int) -> None:
    for made in SPECS:
        for shape in INPUTS:
            sizes = [s if s is None else symbol(f"s{index}", least=1) for index, s in enumerate(shape)]
            values = {
                next(iter(symbols(form))): number
                for form, number in zip(sizes, shape, strict=True)
                if form is not None and number is not None
            }
            formal, plain = answers(made, tuple(sizes), keras), answers(made, shape, keras)
            if plain.problems or formal.problems or formal.outputs is None or plain.outputs is None:
                assert {p.kind for p in formal.problems} <= {p.kind for p in plain.problems}, f"{made} on {shape}"
                continue
            for a, b in zip(formal.outputs, plain.outputs, strict=True):
                if isinstance(a.shape, Shape) and isinstance(b.shape, Shape):
                    for mine, other in zip(a.shape.dims, b.shape.dims, strict=True):
                        assert mine is UNKNOWN or substitute(mine, values) in (other, UNKNOWN), f"{made} on {shape}"


def test_nothing_known_of_the_input() -> None:
    for made in SPECS:
        for keras in (3, 2, UNKNOWN):
            layer = ours(made, 3)
            for tensors in ((Tensor(),), (), (Tensor(), Tensor()), (Tensor(Shape(())),)):
                infer(layer, Arriving(tensors, keras=keras))
            assert not infer(layer, Arriving((Tensor(),), keras=keras)).problems or made.cls == "Bidirectional"


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats() | st.text(max_size=4) | st.just(UNKNOWN)
    | st.sampled_from(["same", "valid", "channels_first", "concat", "abc,cd->abd", "float32"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)  # fmt: skip

SIZES = st.none() | st.integers(0, 9) | st.just(UNKNOWN) | st.just(symbol("n"))
TENSORS = st.builds(
    Tensor,
    st.just(UNKNOWN) | st.builds(Shape.of, st.lists(SIZES, max_size=6)),
    st.sampled_from(["float32", "int32", UNKNOWN]),
    st.sampled_from([True, False, UNKNOWN]),
)


@settings(max_examples=600, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(kind=st.sampled_from(KINDS), data=st.data(), keras=st.sampled_from([1, 2, 3, UNKNOWN]))
def test_hostile_options_never_raise(kind: str, data: st.DataObject, keras: int | Unknown) -> None:
    defaults = canonical_options(kind, {}, 3)
    names = sorted({*defaults, "units", "filters", "kernel_size", "n", "target_shape", "dims", "rate", "input_dim"})
    options: dict[str, Any] = {**defaults, **data.draw(st.dictionaries(st.sampled_from(names), ODD, max_size=6))}
    inner = Layer(2, "inner", "LSTM", "LSTM", data.draw(st.dictionaries(st.sampled_from(names), ODD, max_size=3)))
    layer = Layer(1, "layer", kind, kind, options, wraps=data.draw(st.sampled_from([(), (inner,), (inner, inner)])))
    tensors = tuple(data.draw(st.lists(TENSORS, max_size=3)))
    states = tuple(data.draw(st.lists(TENSORS, max_size=2)))
    arguments = data.draw(st.dictionaries(st.sampled_from(["mask", "axis", "args", "training"]), ODD, max_size=2))
    for operation in (False, True):
        made = Layer(1, "layer", kind, kind, options, wraps=layer.wraps, operation=operation)
        infer(made, Arriving(tensors, states, arguments, keras))
    canonical_options(kind, options, keras)
    needs(layer)
