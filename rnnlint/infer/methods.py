"""Which methods a Keras has no more, or not yet.

Source: `hasattr` of the classes of Keras 3.15 and tf_keras 2.21 (the oracle asks them).
"""

from collections.abc import Mapping
from typing import Final

from rnnlint.facts import Call, Program

OF_MODELS: Final[Mapping[int, frozenset[str]]] = {
    2: frozenset({"reset_state"}),
    3: frozenset(
        {
            "reset_states",
            "reset_state",
            "fit_generator",
            "evaluate_generator",
            "predict_generator",
            "predict_classes",
            "predict_proba",
        }
    ),
}
"""Methods that models do not have, by Keras version. `predict_classes` and `predict_proba` went within Keras 2, with
TensorFlow 2.6, so for Keras 2 they are not told."""

OF_LAYERS: Final[Mapping[int, frozenset[str]]] = {2: frozenset({"reset_state"})}
"""The same for recurrent layers."""


def lacks(program: Program, call: Call) -> bool:
    """Whether the Keras in use surely has no method as the call spells it."""
    if not isinstance(program.keras, int):
        return False
    methods = OF_MODELS if call.layer is None else OF_LAYERS
    return call.spelled in methods.get(program.keras, frozenset())
