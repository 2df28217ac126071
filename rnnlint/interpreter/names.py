"""One name for each thing of a library, whichever way the program imports it."""

from functools import lru_cache

ALIASES = (
    ("tensorflow.compat.v1.keras", "keras"),
    ("tensorflow.compat.v2.keras", "keras"),
    ("tensorflow.python.keras", "keras"),
    ("tensorflow.contrib.keras.api.keras", "keras"),
    ("tensorflow.contrib.keras", "keras"),
    ("tensorflow.keras", "keras"),
    ("tensorflow_core.keras", "keras"),
    ("tensorflow_core.python.keras", "keras"),
    ("tf_keras", "keras"),
    ("keras.api._v1.keras", "keras"),
    ("keras.api._v2.keras", "keras"),
    ("keras.src", "keras"),
    ("keras.api", "keras"),
    ("tensorflow.compat.v1", "tensorflow"),
    ("tensorflow.compat.v2", "tensorflow"),
    ("cupy", "numpy"),
    ("jax.numpy", "numpy"),
)
"""Prefixes that stand for others, tried in order until none fits."""

HOMES = {
    "Sequential": "keras.Sequential",
    "Model": "keras.Model",
    "Functional": "keras.Model",
    "Input": "keras.Input",
    "InputLayer": "keras.layers.InputLayer",
    "load_model": "keras.models.load_model",
    "save_model": "keras.models.save_model",
    "clone_model": "keras.models.clone_model",
    "model_from_json": "keras.models.model_from_json",
    "model_from_yaml": "keras.models.model_from_yaml",
    "model_from_config": "keras.models.model_from_config",
    "to_categorical": "keras.utils.to_categorical",
    "pad_sequences": "keras.utils.pad_sequences",
    "Sequence": "keras.utils.Sequence",
    "PyDataset": "keras.utils.PyDataset",
    "TimeseriesGenerator": "keras.utils.TimeseriesGenerator",
    "timeseries_dataset_from_array": "keras.utils.timeseries_dataset_from_array",
    "Tokenizer": "keras.utils.Tokenizer",
}
"""Where things of Keras that live at several places are at home."""

MODULES = frozenset(
    {
        *("layers", "models", "callbacks", "optimizers", "losses", "metrics", "utils", "datasets", "applications"),
        *("preprocessing", "backend", "ops", "initializers", "regularizers", "constraints", "activations", "random"),
        *("mixed_precision", "saving"),
    }
)


EXPORTS = {
    "callbacks": frozenset(
        [
            "BackupAndRestore",
            "BaseLogger",
            "CSVLogger",
            "Callback",
            "CallbackList",
            "EarlyStopping",
            "History",
            "LambdaCallback",
            "LearningRateScheduler",
            "ModelCheckpoint",
            "ProgbarLogger",
            "ReduceLROnPlateau",
            "RemoteMonitor",
            "SwapEMAWeights",
            "TensorBoard",
            "TerminateOnNaN",
        ]
    ),
    "optimizers": frozenset(
        [
            "Adadelta",
            "Adafactor",
            "Adagrad",
            "Adam",
            "AdamW",
            "Adamax",
            "Ftrl",
            "Lamb",
            "Lion",
            "LossScaleOptimizer",
            "Muon",
            "Nadam",
            "Optimizer",
            "RMSprop",
            "SGD",
            "schedules",
        ]
    ),
    "regularizers": frozenset(["L1", "L1L2", "L2", "OrthogonalRegularizer", "Regularizer", "l1", "l1_l2", "l2"]),
}
"""What some modules of Keras hold, for `from keras.callbacks import *`."""


EXITS = frozenset(["builtins.exit", "builtins.quit", "sys.exit", "os._exit"])
"""Functions that end the program."""

HARMLESS = frozenset(
    ["matplotlib", "seaborn", "plotly", "bokeh", "logging", "wandb", "mlflow", "tensorboard", "IPython", "warnings"]
)
"""Libraries whose functions look at lists and models and change neither."""


@lru_cache(maxsize=4096)
def canonical(path: str) -> str:
    """The canonical path: `tensorflow.keras.layers.LSTM`, `keras.layers.recurrent.LSTM` -> `keras.layers.LSTM`.

    Classes and functions of Keras lie directly in `keras.<module>`, whatever file of Keras they are imported from;
    those of `HOMES` where that table says.
    """
    changed = True
    while changed:
        changed = False
        for old, new in ALIASES:
            if path == old or path.startswith(old + "."):
                path = new + path[len(old) :]
                changed = True
    parts = path.split(".")
    if parts[0] != "keras" or len(parts) < 2:
        return path
    last = parts[-1]
    if last in HOMES and (len(parts) == 2 or parts[1] in MODULES or parts[1] in ("engine", "legacy", "wrappers")):
        return HOMES[last]
    if parts[1] == "engine" and len(parts) > 2:
        return ".".join(["keras", "layers" if last[0].isupper() else "models", last])
    if parts[1] in ("layers", "callbacks", "losses", "metrics", "optimizers", "backend") and len(parts) > 3:
        return f"keras.{parts[1]}.{last}"
    return path
