"""Every layer class with several sets of options, and inputs of several ranks."""

from tests.oracle.specs import Spec, spec

VECTOR, SEQUENCE, OPEN, BATCHED = (None, 5), (None, 6, 5), (None, None, 5), (4, 6, 5)
IMAGE, MOVIE, VOLUME, CUBES = (None, 9, 8, 4), (None, 3, 9, 8, 4), (None, 7, 9, 8, 4), (None, 3, 7, 9, 8, 4)
NARROW = (None, 3, 9, 4)
INPUTS: tuple[tuple[int | None, ...], ...] = (
    VECTOR, SEQUENCE, OPEN, BATCHED, NARROW, IMAGE, MOVIE, VOLUME, CUBES, (None, 1, 1), (None, None, None, 4),
)  # fmt: skip


def recurrent_cases() -> list[Spec]:
    """LSTM, GRU, SimpleRNN with every switch, RNN around cells."""
    switches: list[dict[str, object]] = [
        {}, {"return_sequences": True}, {"return_state": True}, {"return_sequences": True, "return_state": True},
        {"go_backwards": True}, {"stateful": True}, {"unroll": True}, {"stateful": True, "return_sequences": True},
    ]  # fmt: skip
    cases = [spec(cls, 3, **options) for cls in ("LSTM", "GRU", "SimpleRNN") for options in switches]
    cells: list[object] = [
        spec("LSTMCell", 3), spec("GRUCell", 3), spec("SimpleRNNCell", 3),
        [spec("LSTMCell", 4), spec("GRUCell", 3)], spec("StackedRNNCells", [spec("LSTMCell", 4), spec("LSTMCell", 2)]),
    ]  # fmt: skip
    cases += [spec("RNN", cell, **options) for cell in cells for options in switches[:6]]
    cases += [spec("LSTM", 3, dtype="float16"), spec("LSTM", 3, dtype="mixed_float16", return_state=True)]
    for dimensions in (1, 2, 3):
        for options in switches[:4]:
            cases.append(spec(f"ConvLSTM{dimensions}D", 2, 3, **options))
        cases.append(spec(f"ConvLSTM{dimensions}D", 2, 3, padding="same", return_sequences=True))
        cases.append(spec(f"ConvLSTM{dimensions}D", 2, 2, strides=2))
        cases.append(spec(f"ConvLSTM{dimensions}D", 2, 2, data_format="channels_first", return_state=True))
        cases.append(spec(f"ConvLSTM{dimensions}D", 2, 2, dilation_rate=2, return_sequences=True))
        cases.append(spec(f"ConvLSTM{dimensions}D", 2, 9))
    return cases


def wrapper_cases() -> list[Spec]:
    """Wrappers around many layers."""
    inner = [
        spec("Dense", 3), spec("LSTM", 3), spec("GRU", 3, return_sequences=True), spec("Conv1D", 3, 2),
        spec("Conv2D", 3, 2, padding="same"), spec("MaxPooling1D", 2), spec("MaxPooling2D", 2), spec("Flatten"),
        spec("GlobalAveragePooling2D"), spec("GlobalMaxPooling1D"), spec("Dropout", 0.1), spec("Activation", "relu"),
        spec("Embedding", 9, 4), spec("Embedding", 9, 4, mask_zero=True), spec("Reshape", (-1,)),
        spec("BatchNormalization"), spec("LayerNormalization"), spec("RepeatVector", 2), spec("Permute", (2, 1)),
        spec("Bidirectional", spec("LSTM", 3)), spec("TimeDistributed", spec("Dense", 2)), spec("Masking"),
        spec("ConvLSTM2D", 2, 2),
    ]  # fmt: skip
    cases = [spec("TimeDistributed", layer) for layer in inner]
    modes = ("concat", "sum", "mul", "ave", None)
    ways = [
        spec("LSTM", 3), spec("LSTM", 3, return_sequences=True), spec("GRU", 3, return_state=True),
        spec("LSTM", 3, return_state=True, return_sequences=True), spec("SimpleRNN", 3),
    ]  # fmt: skip
    cases += [spec("Bidirectional", way, merge_mode=mode) for way in ways for mode in modes]
    cases += [
        spec("Bidirectional", spec("LSTM", 3, stateful=True)),
        spec("Bidirectional", spec("RNN", spec("LSTMCell", 3))),
        spec("Bidirectional", spec("ConvLSTM2D", 2, 2, return_sequences=True)),
        spec("Bidirectional", spec("ConvLSTM2D", 2, 2, data_format="channels_first")),
        spec("Bidirectional", spec("LSTM", 3), backward_layer=spec("LSTM", 2, go_backwards=True)),
        spec("Bidirectional", spec("LSTM", 3), merge_mode="sum", backward_layer=spec("GRU", 3, go_backwards=True)),
        spec("Bidirectional", spec("LSTM", 3), backward_layer=spec("LSTM", 3)),
        spec(
            "Bidirectional", spec("LSTM", 3), backward_layer=spec("LSTM", 3, go_backwards=True, return_sequences=True)
        ),
        spec("SpectralNormalization", spec("Dense", 3)),
        spec("SpectralNormalization", spec("Conv1D", 3, 2)),
    ]
    return cases


def convolution_cases() -> list[Spec]:
    """Convolutions, pooling and their kin."""
    cases: list[Spec] = []
    for n in (1, 2, 3):
        conv = [{}, {"padding": "same"}, {"strides": 2}, {"dilation_rate": 2}, {"padding": "same", "strides": 3}]
        cases += [spec(f"Conv{n}D", 3, 2, **options) for options in conv]  # type: ignore[arg-type]
        cases += [
            spec(f"Conv{n}D", 4, 9),
            spec(f"Conv{n}D", 4, 2, groups=2),
            spec(f"Conv{n}D", 3, 2, activation="relu"),
        ]
        cases += [spec(f"Conv{n}DTranspose", 3, 2, **options) for options in conv]  # type: ignore[arg-type]
        cases += [spec(f"Conv{n}DTranspose", 3, 3, strides=2, output_padding=1)]
        cases += [spec(f"Conv{n}DTranspose", 3, 3, strides=2, output_padding=1, padding="same")]
        for kind in ("Average", "Max"):
            cases += [
                spec(f"{kind}Pooling{n}D", 2), spec(f"{kind}Pooling{n}D", 3, strides=1, padding="same"),
                spec(f"{kind}Pooling{n}D", 2, strides=3), spec(f"{kind}Pooling{n}D", 9),
                spec(f"{kind}Pooling{n}D", 2, data_format="channels_first"),
                spec(f"Global{kind}Pooling{n}D"), spec(f"Global{kind}Pooling{n}D", data_format="channels_first"),
                spec(f"Global{kind}Pooling{n}D", keepdims=True), spec(f"Adaptive{kind}Pooling{n}D", 2),
            ]  # fmt: skip
        cases += [
            spec(f"UpSampling{n}D"),
            spec(f"UpSampling{n}D", 3),
            spec(f"ZeroPadding{n}D"),
            spec(f"ZeroPadding{n}D", 2),
        ]
        cases += [
            spec(f"Cropping{n}D"),
            spec(f"Cropping{n}D", 2),
            spec(f"Cropping{n}D", 5),
            spec(f"SpatialDropout{n}D", 0.1),
        ]
    cases += [
        spec("Conv1D", 3, 2, padding="causal"), spec("Conv1D", 3, 2, padding="causal", dilation_rate=2, strides=1),
        spec("Conv2D", 3, (2, 3)), spec("Conv2D", 3, (1, 3), strides=(2, 1)), spec("ZeroPadding1D", (1, 2)),
        spec("ZeroPadding2D", (1, 2)), spec("ZeroPadding2D", ((1, 0), (2, 3))), spec("Cropping2D", ((1, 0), (2, 3))),
        spec("Cropping1D", (0, 2)), spec("UpSampling2D", (1, 3)), spec("SeparableConv1D", 3, 2),
        spec("SeparableConv1D", 3, 2, padding="same", strides=2, depth_multiplier=2), spec("SeparableConv2D", 3, 2),
        spec("DepthwiseConv1D", 2), spec("DepthwiseConv2D", 2), spec("DepthwiseConv2D", 2, depth_multiplier=3),
        spec("DepthwiseConv2D", 3, padding="same", strides=2), spec("LocallyConnected1D", 3, 2),
        spec("LocallyConnected2D", 3, 2), spec("Resizing", 4, 5), spec("CenterCrop", 2, 3), spec("RandomCrop", 2, 3),
        spec("Conv1D", 3, 2, dtype="mixed_bfloat16"), spec("UpSampling2D", 2, data_format="channels_first"),
        spec("ZeroPadding2D", 1, data_format="channels_first"), spec("Cropping3D", 1, data_format="channels_first"),
    ]  # fmt: skip
    return cases


def core_cases() -> list[Spec]:
    """Everything else that reads one tensor."""
    cases = [spec(name) for name in (
        "Flatten", "ActivityRegularization", "BatchNormalization", "LayerNormalization", "UnitNormalization", "ELU",
        "ReLU", "LeakyReLU", "PReLU", "Softmax", "Identity", "RMSNormalization", "ThresholdedReLU", "Masking",
        "RandomFlip", "AutoContrast", "Equalization", "MixUp", "RandomGrayscale", "Normalization",
    )]  # fmt: skip
    cases += [
        spec("Dense", 3), spec("Dense", 3, activation="relu", use_bias=False), spec("Dense", 3, dtype="float16"),
        spec("Activation", "tanh"), spec("Dropout", 0.1), spec("GaussianNoise", 0.1), spec("GaussianDropout", 0.1),
        spec("AlphaDropout", 0.1), spec("GroupNormalization", 1), spec("Rescaling", 0.5), spec("Embedding", 9, 3),
        spec("Embedding", 9, 3, mask_zero=True), spec("RepeatVector", 3), spec("Reshape", (-1,)),
        spec("Reshape", (5, -1)),
        spec("Reshape", (-1, 2)), spec("Reshape", (30,)), spec("Reshape", (3, 10)), spec("Reshape", (7, 7)),
        spec("Reshape", (-1, 1, 5)), spec("Permute", (2, 1)), spec("Permute", (3, 1, 2)), spec("Permute", (1,)),
        spec("EinsumDense", "abc,cd->abd", (None, 4)), spec("EinsumDense", "ab,bc->ac", 4),
        spec("EinsumDense", "...x,xy->...y", 4), spec("Masking", 1.0), spec("Masking", -1),
        spec("BatchNormalization", axis=1), spec("LeakyReLU", 0.2), spec("Softmax", axis=1),
        spec("IntegerLookup"), spec("Activation", "softmax", dtype="float64"),
    ]  # fmt: skip
    return cases


def cases() -> list[Spec]:
    """All of them."""
    return core_cases() + recurrent_cases() + wrapper_cases() + convolution_cases()
