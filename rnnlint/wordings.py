"""How Keras, TensorFlow, Theano and others word what several rules are known by: patterns for `Matcher`.

Each rule says by `when` which facts in such a message speak for it. The groups `layer`, `gives` and `needs` are shown;
`bound`, `ndim` and `found` are a rank that is wanted and one that is there, `rows` and `fixed` sizes of batches.
"""

SHAPE = r"[(\[][^()\[\]]{0,200}[)\]]"
"""A shape as it is printed: `(None, 10, 8)`, `[12,40]`."""

BARE = r"\d[\d, ]{0,80}"
"""A shape as TensorFlow.js prints it: `1606,73`."""

NAME = r"[\"'`]?(?P<layer>[\w./-]{1,120})[\"'`]?"
"""The name of a layer, in quotes or bare."""

INPUT = (
    rf"input \d{{1,3}}(?: with name '[^']{{0,120}}')? (?:of layer {NAME} is incompatible with the layer|"
    r"is incompatible with(?: the)? layer [\"'`]?(?P<layer_too>[\w./-]{1,120})[\"'`]?)[:.]? "
)
"""How Keras 1, 2 and 3 and TensorFlow.js say that an input does not suit a layer."""

WRONG_RANK = (
    rf"(?:{INPUT})?expected (?P<bound>min_|max_)?ndim ?= ?(?P<ndim>\d{{1,2}}),? (?:but )?found ndim ?= ?"
    rf"(?P<found>\d{{1,2}})(?:\.? full shape received: (?P<gives>{SHAPE}))?"
)
WRONG_SHAPE = rf"{INPUT}expected shape ?= ?(?P<needs>{SHAPE}),? (?:but )?found shape ?= ?(?P<gives>{SHAPE})"
WRONG_ARRAY = rf"expected shape (?P<needs>{SHAPE}),? but (?:input|got array) has incompatible shape (?P<gives>{SHAPE})"
CALLED_ON = (
    rf"model was constructed with shape (?P<needs>{SHAPE}) for input .{{0,300}}but it was called on an input with "
    rf"incompatible shape (?P<gives>{SHAPE})"
)
WRONG_AXIS = (
    rf"(?:{INPUT})?expected axis (?P<axis>-?\d{{1,2}}) of input shape to have value (?P<size>\d{{1,9}}),? "
    rf"but (?:received input with|got) shape (?P<gives>{SHAPE})"
)
_CHECKED = (
    r"(?:error when checking (?:model )?(?P<what>input|target)?\s?: ?)?expected "
    r"(?:[\"'`]?(?P<layer>[\w./-]{1,120})[\"'`]? to have )?"
)
CHECKED_RANK = (
    rf"{_CHECKED}(?P<ndim>\d{{1,2}}) dimension(?:s|\(s\))?[,.]? but got array with shape (?P<gives>{SHAPE}|{BARE})"
)
CHECKED_SHAPE = rf"{_CHECKED}shape (?P<needs>{SHAPE})[,.]? but got array with shape (?P<gives>{SHAPE}|{BARE})"
"""How Keras up to 2.3 checks arrays. `predict` does not say what it checks."""

COMPARED = (
    r"(?:arguments? `?target`? and `?output`? must have the same (?:shape|rank)[^:]{0,60}: target\.shape=|"
    r"`?labels\.shape`? must equal `?logits\.shape`? except for the last dimension\. received: labels\.shape=|"
    rf"`?logits`? and `?labels`? must have the same shape,? (?:received )?\()(?P<gives>{SHAPE})"
    rf"(?:, output\.shape=| and logits\.shape=| vs )(?P<needs>{SHAPE})"
)
"""How losses of Keras 2 and 3 refuse a target, with both shapes."""

FEATURES = (
    r"dimensions must be equal, but are (?P<gives>\d{1,9}) and (?P<needs>\d{1,9}) for [^=]{0,300}"
    r"(?:lstm|gru|rnn)[^=/]{0,40}/matmul\b"
)
"""How the cell of a recurrent layer refuses steps of another width."""

FED = (
    rf"cannot feed value of shape (?P<gives>{SHAPE}) for tensor u?[\"'`]?(?P<layer>[\w./-]{{1,120}})(?::\d)?[\"'`]?,? "
    rf"which has shape [\"'`]?(?P<needs>{SHAPE})"
)
INCOMPATIBLE = (
    rf"incompatible shapes(?: for broadcasting)?: ?(?:shapes=\[)?(?P<gives>{SHAPE})(?: vs\.?|, ?) ?(?P<needs>{SHAPE})|"
    rf"operands could not be broadcast together with shapes (?P<gives_too>{BARE}) and (?P<needs_too>{BARE})"
)
"""How arithmetic of TensorFlow, JAX and TensorFlow.js refuses two shapes."""

SIZES = (
    r"size of tensor a \((?P<gives>\d{1,9})\) must match the size of tensor b \((?P<needs>\d{1,9})\) at non-singleton "
    r"dimension (?P<dimension>\d)"
)
"""How arithmetic of PyTorch does."""

OLDEST_RANK = rf"layer expects input ndim ?= ?(?P<ndim>\d{{1,2}}), was provided with input shape (?P<gives>{SHAPE})"
THEANO_AXES = r"new_order\[\d\] is \d, but the input only has (?P<found>\d) axes"
"""How a recurrent layer refused an input without steps before Keras 1."""
CARDINALITY = (
    r"data cardinality is ambiguous\W{0,3}(?: ?make sure all arrays contain the same number of samples\.)?\s?"
    r"(?:'?x'? sizes: (?P<x>\d{1,12})(?:, \d{1,12}){0,20}\s?'?y'? sizes: (?P<y>\d{1,12}))?"
)
FEWER_STATES = rf"specified a list with shape (?P<needs>{SHAPE}) from a tensor with shape (?P<gives>{SHAPE})"
OTHER_STATES = (
    r"invalid input_[hc] shape: \[\d{1,3}, ?(?P<fixed>\d{1,9}), ?\d{1,9}\] \[\d{1,3}, ?(?P<rows>\d{1,9}), ?\d{1,9}\]"
)
ROWS_OF_STATES = (
    r"batch size of the input sequences must be the same as the batch size of the initial state\W{1,10}"
    r"expected batch size: (?P<fixed>\d{1,9})\W{1,10}received batch size: (?P<rows>\d{1,9})"
)
THEANO_ROWS = r"shape mismatch: x has (?P<rows>\d{1,9}) rows but z has (?P<fixed>\d{1,9}) rows"
THEANO_PRODUCT = (
    r"dimension mismatch in args to gemm \((?P<rows>\d{1,9}),\d{1,9}\)x\(\d{1,9},\d{1,9}\)->\((?P<fixed>\d{1,9}),"
)
SEQUENTIAL_TD = (
    r"`?timedistributed`? layer should be passed an `?input_shape ?`? with at least 3 dimensions,? received: "
    rf"(?P<gives>{SHAPE})"
)
