"""The saved graph contradicts itself.

A model file lists its layers and, for each, where its inputs come from. Where a layer reads from one that is not in the
file, from a call or an output that does not exist, or from itself, the file is damaged or was edited by hand, and Keras
cannot load it.

When to ignore this: never; the model does not load.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Matcher, Program, Rule, Severity
from rnnlint.questions.flow import place

BAD = """
import json

tensor = {"class_name": "__keras_tensor__", "config": {
    "shape": [None, 5, 3], "dtype": "float32", "keras_history": ["missing", 0, 0]}}
config = {"class_name": "Functional", "module": "keras.src.models.functional", "config": {"name": "m", "layers": [
    {"module": "keras.layers", "class_name": "InputLayer", "name": "steps", "inbound_nodes": [],
     "registered_name": None, "config": {"batch_shape": [None, 5, 3], "dtype": "float32", "name": "steps"}},
    {"module": "keras.layers", "class_name": "LSTM", "name": "lstm", "registered_name": None,
     "config": {"name": "lstm", "units": 4}, "inbound_nodes": [{"args": [tensor], "kwargs": {}}]},
], "input_layers": [["steps", 0, 0]], "output_layers": [["lstm", 0, 0]]}}
model = keras.models.model_from_json(json.dumps(config))  # <-
"""

GOOD = """
import json

tensor = {"class_name": "__keras_tensor__", "config": {
    "shape": [None, 5, 3], "dtype": "float32", "keras_history": ["steps", 0, 0]}}
config = {"class_name": "Functional", "module": "keras.src.models.functional", "config": {"name": "m", "layers": [
    {"module": "keras.layers", "class_name": "InputLayer", "name": "steps", "inbound_nodes": [],
     "registered_name": None, "config": {"batch_shape": [None, 5, 3], "dtype": "float32", "name": "steps"}},
    {"module": "keras.layers", "class_name": "LSTM", "name": "lstm", "registered_name": None,
     "config": {"name": "lstm", "units": 4}, "inbound_nodes": [{"args": [tensor], "kwargs": {}}]},
], "input_layers": [["steps", 0, 0]], "output_layers": [["lstm", 0, 0]]}}
model = keras.models.model_from_json(json.dumps(config))
"""

AGAIN = "save the model again, with the code that built it"


def check(program: Program) -> Iterator[Finding]:
    for model in program.models:
        for problem in model.problems:
            if problem.kind == "graph":
                yield Finding(model.location, problem.message, layer=problem.layer or None, fix=Fix.advice(AGAIN))
    for _, layer, call in program.layer_calls():
        for problem in call.problems:
            if problem.kind == "graph":
                yield Finding(
                    place(layer, call),
                    problem.message,
                    gives=problem.gives,
                    needs=problem.needs,
                    layer=problem.layer or layer.path,
                    fix=Fix.advice(AGAIN),
                )


MESSAGES = (
    Matcher(
        r"unknown layer: '?(?P<name>[\w>.]{1,120})",
        cause="the file refers to a layer {name} that it does not hold, if that is no class of your own",
        fix=AGAIN,
        score=0.75,
    ),
)

rule = Rule(
    check,
    family="meta",
    severity=Severity.ERROR,
    keras={3: "raises"},
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
)
