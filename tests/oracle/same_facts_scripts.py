"""Scripts that build a `model`, as users write them."""

SCRIPTS = {
    "sequential_list": """
model = Sequential([Input((10, 8)), LSTM(32, return_sequences=True), LSTM(16), Dense(1, activation="sigmoid")])
""",
    "sequential_add": """
model = Sequential()
model.add(Input(shape=(20, 3)))
model.add(GRU(12, return_sequences=True, dropout=0.2))
model.add(Dropout(0.3))
model.add(TimeDistributed(Dense(4)))
""",
    "sequential_input_shape_argument": """
model = Sequential()
model.add(LSTM(7, input_shape=(10, 2)))
model.add(Dense(3, activation="softmax"))
""",
    "sequential_stateful": """
model = Sequential([Input(batch_shape=(4, 6, 2)), LSTM(5, stateful=True, return_sequences=True), Dense(1)])
""",
    "sequential_embedding": """
model = Sequential([Input((30,)), Embedding(1000, 16, mask_zero=True), Bidirectional(LSTM(8)), Dense(2)])
""",
    "sequential_masking": """
model = Sequential([Input((None, 4)), Masking(mask_value=-1.0), LSTM(6, return_sequences=True), Dense(2)])
""",
    "sequential_conv_lstm": """
model = Sequential([
    Input((5, 16, 16, 1)), ConvLSTM2D(4, (3, 3), padding="same", return_sequences=True), BatchNormalization(),
    ConvLSTM2D(2, 3), Flatten(), Dense(1),
])
""",
    "sequential_conv_pool": """
model = Sequential([
    Input((100, 3)), Conv1D(16, 5, activation="relu"), MaxPooling1D(2), Conv1D(8, kernel_size=3, padding="causal"),
    LSTM(4), Dense(1),
])
""",
    "sequential_repeat_vector": """
timesteps, features = 12, 3
model = Sequential()
model.add(Input((timesteps, features)))
model.add(LSTM(16))
model.add(RepeatVector(timesteps))
model.add(LSTM(16, return_sequences=True))
model.add(TimeDistributed(Dense(features)))
""",
    "sequential_loop": """
units = [32, 16, 8]
model = Sequential([Input((9, 4))])
for i, n in enumerate(units):
    model.add(LSTM(n, return_sequences=(i != len(units) - 1)))
    model.add(Dropout(0.1))
model.add(Dense(1))
""",
    "sequential_range_loop": """
model = Sequential()
model.add(Input((9, 4)))
for i in range(3):
    model.add(SimpleRNN(5, return_sequences=i < 2))
model.add(Dense(1))
""",
    "sequential_layers_plus": """
stack = [Input((9, 4))]
stack += [LSTM(5, return_sequences=True) for _ in range(2)]
stack.append(Flatten())
stack += [Dense(1)]
model = Sequential(stack)
""",
    "sequential_pop": """
model = Sequential([Input((9, 4)), LSTM(5), Dense(3), Dense(2)])
model.pop()
model.add(Dense(7))
""",
    "sequential_built_by_fit": """
model = Sequential([LSTM(4), Dense(1)])
model.build((None, 7, 3))
""",
    "sequential_named": """
model = Sequential(name="net")
model.add(Input((10, 8), name="series"))
model.add(LSTM(32, name="reader"))
model.add(Dense(1, name="out"))
""",
    "sequential_go_backwards": """
model = Sequential([Input((10, 8)), LSTM(3, go_backwards=True, return_sequences=True), GRU(2, reset_after=False)])
""",
    "bidirectional_modes": """
x = Input((10, 8))
a = Bidirectional(LSTM(3, return_sequences=True), merge_mode="sum")(x)
b = Bidirectional(GRU(4, return_sequences=True), merge_mode="ave")(a)
c = Bidirectional(SimpleRNN(5))(b)
model = Model(x, c)
""",
    "bidirectional_backward": """
x = Input((10, 8))
forward = LSTM(6, return_sequences=True)
backward = LSTM(6, return_sequences=True, go_backwards=True)
model = Model(x, Bidirectional(forward, backward_layer=backward)(x))
""",
    "functional_chain": """
inputs = Input(shape=(10, 8))
x = LSTM(32, return_sequences=True)(inputs)
x = LayerNormalization()(x)
x = LSTM(16)(x)
outputs = Dense(1)(x)
model = Model(inputs=inputs, outputs=outputs)
""",
    "functional_two_inputs": """
a, b = Input((10, 8), name="a"), Input((3,), name="b")
merged = concatenate([LSTM(4)(a), Dense(4)(b)])
model = Model([a, b], [Dense(1, name="left")(merged), Dense(2, name="right")(merged)])
""",
    "functional_return_state": """
x = Input((10, 8))
out, h, c = LSTM(5, return_state=True, return_sequences=True)(x)
model = Model(x, [out, h, c])
""",
    "functional_encoder_decoder": """
latent = 12
enc = Input((None, 5))
_, h, c = LSTM(latent, return_state=True)(enc)
dec = Input((None, 7))
y, _, _ = LSTM(latent, return_sequences=True, return_state=True)(dec, initial_state=[h, c])
model = Model([enc, dec], Dense(7, activation="softmax")(y))
""",
    "functional_bidirectional_states": """
x = Input((6, 3))
y, fh, fc, bh, bc = Bidirectional(LSTM(4, return_state=True, return_sequences=True))(x)
h, c = Concatenate()([fh, bh]), Concatenate()([fc, bc])
model = Model(x, LSTM(8)(y, initial_state=[h, c]))
""",
    "functional_gru_states": """
x = Input((6, 3))
seq, state = GRU(4, return_sequences=True, return_state=True)(x)
z = GRU(4)(seq, initial_state=state)
model = Model(x, z)
""",
    "functional_shared_layer": """
a, b = Input((10, 8)), Input((10, 8))
shared = LSTM(6)
model = Model([a, b], Dense(1)(concatenate([shared(a), shared(b)])))
""",
    "functional_shared_embedding": """
q, s = Input((12,)), Input((40,))
words = Embedding(500, 20, mask_zero=True)
encoder = LSTM(9)
score = Dot(axes=1)([encoder(words(q)), encoder(words(s))])
model = Model([q, s], score)
""",
    "functional_attention_by_hand": """
x = Input((10, 8))
h = LSTM(6, return_sequences=True)(x)
a = Dense(1, activation="tanh")(h)
a = Flatten()(a)
a = Activation("softmax")(a)
a = RepeatVector(6)(a)
a = Permute([2, 1])(a)
model = Model(x, multiply([h, a]))
""",
    "functional_attention_layer": """
q = Input((10, 8))
v = Input((7, 8))
att = Attention()([q, v])
add_att = AdditiveAttention()([q, v])
model = Model([q, v], Concatenate()([att, add_att]))
""",
    "functional_multi_head": """
x = Input((10, 16))
a = MultiHeadAttention(num_heads=2, key_dim=8)(x, x)
x1 = LayerNormalization()(x + a)
model = Model(x, GlobalAveragePooling1D()(x1))
""",
    "functional_operators": """
x = Input((10, 8))
h = LSTM(6, return_sequences=True)(x)
last = h[:, -1, :]
mean = ops.mean(h, axis=1)
both = ops.concatenate([last, mean], axis=-1)
model = Model(x, Dense(1)(both * 2.0))
""",
    "functional_reshape_permute": """
x = Input((12, 6))
y = Permute((2, 1))(x)
y = Reshape((3, 24))(y)
y = LSTM(4, return_sequences=True)(y)
y = Reshape((-1, 2))(y)
model = Model(x, y)
""",
    "functional_crnn": """
img = Input((32, 128, 1), name="image")
x = Conv2D(8, (3, 3), padding="same", activation="relu")(img)
x = MaxPooling2D((2, 2))(x)
x = Conv2D(16, 3, padding="same")(x)
x = MaxPooling2D(pool_size=(2, 1))(x)
x = Permute((2, 1, 3))(x)
x = Reshape((x.shape[1], x.shape[2] * x.shape[3]))(x)
x = Bidirectional(LSTM(8, return_sequences=True))(x)
model = Model(img, Dense(5, activation="softmax")(x))
""",
    "functional_time_distributed_conv": """
v = Input((5, 32, 32, 3))
x = TimeDistributed(Conv2D(4, 3, activation="relu"))(v)
x = TimeDistributed(MaxPooling2D(2))(x)
x = TimeDistributed(Flatten())(x)
model = Model(v, LSTM(6)(x))
""",
    "functional_rnn_cells": """
x = Input((10, 8))
a = RNN(LSTMCell(4), return_sequences=True)(x)
b = RNN([GRUCell(3), LSTMCell(5)])(a)
model = Model(x, b)
""",
    "functional_stacked_cells": """
x = Input((10, 8))
cells = StackedRNNCells([LSTMCell(4), LSTMCell(6)])
out = RNN(cells, return_state=True)(x)
model = Model(x, out[0])
""",
    "functional_lambda_free_merge": """
x = Input((10, 8))
a = Conv1D(6, 1)(x)
b = LSTM(6, return_sequences=True)(x)
c = add([a, b])
d = Average()([a, c])
e = maximum([c, d])
model = Model(x, subtract([e, a]))
""",
    "functional_mask_through": """
x = Input((20,), dtype="int32")
e = Embedding(50, 6, mask_zero=True)(x)
e = SpatialDropout1D(0.2)(e)
h = LSTM(5, return_sequences=True)(e)
h = TimeDistributed(Dense(4))(h)
h = Dense(3)(h)
p = GlobalMaxPooling1D()(h)
model = Model(x, p)
""",
    "functional_mask_lost": """
x = Input((20, 3))
m = Masking()(x)
c = Conv1D(4, 3, padding="same")(m)
r = Concatenate()([m, c])
model = Model(x, GRU(2)(r))
""",
    "functional_residual_loop": """
inputs = Input((16, 8))
x = inputs
for rate in (1, 2, 4):
    y = Conv1D(8, 2, dilation_rate=rate, padding="causal", activation="relu")(x)
    x = Add()([x, y])
model = Model(inputs, LSTM(4)(x))
""",
    "functional_unused_branch": """
x = Input((10, 8))
unused = LSTM(3)(x)
model = Model(x, Dense(1)(GRU(4)(x)))
""",
    "nested_sequential": """
encoder = Sequential([Input((10, 8)), LSTM(6, return_sequences=True), Dense(3)], name="encoder")
x = Input((10, 8))
model = Model(x, LSTM(2)(encoder(x)))
""",
    "nested_functional_shared": """
i = Input((10, 4))
tower = Model(i, Dense(3)(LSTM(5)(i)), name="tower")
a, b = Input((10, 4)), Input((10, 4))
model = Model([a, b], concatenate([tower(a), tower(b)]))
""",
    "nested_in_sequential": """
inner = Sequential([Input((10, 8)), Conv1D(4, 3)])
model = Sequential([Input((10, 8)), inner, LSTM(3)])
""",
    "time_distributed_model": """
i = Input((28,))
per_step = Model(i, Dense(6, activation="relu")(i))
x = Input((7, 28))
model = Model(x, LSTM(3)(TimeDistributed(per_step)(x)))
""",
    "truncated_model": """
x = Input((10, 8))
h = LSTM(6, name="inner")(x)
full = Model(x, Dense(1)(h))
model = Model(inputs=full.input, outputs=full.get_layer("inner").output)
""",
    "build_function": """
def build(timesteps, features, units=(16, 8), bidirectional=False, **kwargs):
    inputs = Input((timesteps, features))
    x = inputs
    for i, n in enumerate(units):
        rnn = LSTM(n, return_sequences=i < len(units) - 1, **kwargs)
        x = Bidirectional(rnn)(x) if bidirectional else rnn(x)
    return Model(inputs, Dense(1)(x))


model = build(24, 5, bidirectional=True, dropout=0.1)
""",
    "build_class": """
class Forecaster:
    horizon = 4

    def __init__(self, steps, units):
        self.steps, self.units = steps, units
        self.model = None

    def build(self):
        net = Sequential()
        net.add(Input((self.steps, 2)))
        self._body(net)
        net.add(Dense(self.horizon))
        return net

    def _body(self, net):
        net.add(GRU(self.units, return_sequences=True))
        net.add(GRU(self.units // 2))


model = Forecaster(30, 10).build()
""",
    "shapes_of_data": """
x = np.zeros((50, 12, 4))
y = np.zeros((50, 3))
model = Sequential([Input(x.shape[1:]), LSTM(8), Dense(y.shape[1], activation="softmax")])
""",
    "settings_dictionary": """
config = {"units": 6, "steps": 5, "features": 3, "cell": "gru"}
cell = {"gru": GRU, "lstm": LSTM}[config["cell"]]
model = Sequential([Input((config["steps"], config["features"])), cell(6, return_sequences=True), cell(2)])
""",
    "conditional": """
use_conv = True
x = Input((40, 2))
h = Conv1D(8, 4, strides=2)(x) if use_conv else x
if not use_conv:
    h = Dense(3)(h)
model = Model(x, LSTM(4)(h))
""",
    "unrolled": """
model = Sequential([Input((5, 2)), SimpleRNN(3, unroll=True, activation="relu"), Dense(1, activation=None)])
""",
    "conv_lstm_1d": """
x = Input((6, 20, 3))
h = ConvLSTM1D(4, 3, padding="same", return_sequences=True)(x)
h, s1, s2 = ConvLSTM1D(2, 3, return_state=True)(h)
model = Model(x, [h, s1])
""",
}
