"""Constructors of the layers of Keras 2 (tf.keras of TensorFlow 2, tf-keras): parameters in order, with defaults.

Behind `*` stand those that are taken by keyword alone or out of `**kwargs`.
"""

TF_KERAS_2 = """
Activation(activation)
ActivityRegularization(l1=0.0, l2=0.0)
Add()
AdditiveAttention(use_scale=True, *, causal=False, dropout=0.0)
AlphaDropout(rate, noise_shape=None, seed=None)
Attention(use_scale=False, score_mode='dot', *, causal=False, dropout=0.0)
Average()
AveragePooling1D(pool_size=2, strides=None, padding='valid', data_format='channels_last')
AveragePooling2D(pool_size=(2, 2), strides=None, padding='valid', data_format=None)
AveragePooling3D(pool_size=(2, 2, 2), strides=None, padding='valid', data_format=None)
BatchNormalization(axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, beta_initializer='zeros',
    gamma_initializer='ones', moving_mean_initializer='zeros', moving_variance_initializer='ones',
    beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None, synchronized=False,
    *, fused=None, renorm=False, renorm_clipping=None, renorm_momentum=0.99, virtual_batch_size=None,
    adjustment=None)
Bidirectional(layer, merge_mode='concat', weights=None, backward_layer=None)
CategoryEncoding(num_tokens=None, output_mode='multi_hot', sparse=False, *, max_tokens=None)
CenterCrop(height, width)
Concatenate(axis=-1)
Conv1D(filters, kernel_size, strides=1, padding='valid', data_format='channels_last', dilation_rate=1, groups=1,
    activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros',
    kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    bias_constraint=None)
Conv1DTranspose(filters, kernel_size, strides=1, padding='valid', output_padding=None, data_format=None,
    dilation_rate=1, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros',
    kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    bias_constraint=None)
Conv2D(filters, kernel_size, strides=(1, 1), padding='valid', data_format=None, dilation_rate=(1, 1), groups=1,
    activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros',
    kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    bias_constraint=None)
Conv2DTranspose(filters, kernel_size, strides=(1, 1), padding='valid', output_padding=None, data_format=None,
    dilation_rate=(1, 1), activation=None, use_bias=True, kernel_initializer='glorot_uniform',
    bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
    kernel_constraint=None, bias_constraint=None)
Conv3D(filters, kernel_size, strides=(1, 1, 1), padding='valid', data_format=None, dilation_rate=(1, 1, 1),
    groups=1, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros',
    kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    bias_constraint=None)
Conv3DTranspose(filters, kernel_size, strides=(1, 1, 1), padding='valid', output_padding=None, data_format=None,
    dilation_rate=(1, 1, 1), activation=None, use_bias=True, kernel_initializer='glorot_uniform',
    bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
    kernel_constraint=None, bias_constraint=None)
ConvLSTM1D(filters, kernel_size, strides=1, padding='valid', data_format=None, dilation_rate=1, activation='tanh',
    recurrent_activation='hard_sigmoid', use_bias=True, kernel_initializer='glorot_uniform',
    recurrent_initializer='orthogonal', bias_initializer='zeros', unit_forget_bias=True, kernel_regularizer=None,
    recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    recurrent_constraint=None, bias_constraint=None, return_sequences=False, return_state=False, go_backwards=False,
    stateful=False, dropout=0.0, recurrent_dropout=0.0, *, unroll=False, time_major=False,
    zero_output_for_mask=False)
ConvLSTM2D(filters, kernel_size, strides=(1, 1), padding='valid', data_format=None, dilation_rate=(1, 1),
    activation='tanh', recurrent_activation='hard_sigmoid', use_bias=True, kernel_initializer='glorot_uniform',
    recurrent_initializer='orthogonal', bias_initializer='zeros', unit_forget_bias=True, kernel_regularizer=None,
    recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    recurrent_constraint=None, bias_constraint=None, return_sequences=False, return_state=False, go_backwards=False,
    stateful=False, dropout=0.0, recurrent_dropout=0.0, *, unroll=False, time_major=False,
    zero_output_for_mask=False)
ConvLSTM3D(filters, kernel_size, strides=(1, 1, 1), padding='valid', data_format=None, dilation_rate=(1, 1, 1),
    activation='tanh', recurrent_activation='hard_sigmoid', use_bias=True, kernel_initializer='glorot_uniform',
    recurrent_initializer='orthogonal', bias_initializer='zeros', unit_forget_bias=True, kernel_regularizer=None,
    recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    recurrent_constraint=None, bias_constraint=None, return_sequences=False, return_state=False, go_backwards=False,
    stateful=False, dropout=0.0, recurrent_dropout=0.0, *, unroll=False, time_major=False,
    zero_output_for_mask=False)
Cropping1D(cropping=(1, 1))
Cropping2D(cropping=((0, 0), (0, 0)), data_format=None)
Cropping3D(cropping=((1, 1), (1, 1), (1, 1)), data_format=None)
CuDNNGRU(units, kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros',
    kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None,
    kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, return_sequences=False,
    return_state=False, go_backwards=False, stateful=False, *, time_major=False)
CuDNNLSTM(units, kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros',
    unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
    activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None,
    return_sequences=False, return_state=False, go_backwards=False, stateful=False, *, time_major=False)
Dense(units, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros',
    kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    bias_constraint=None)
DenseFeatures(feature_columns, trainable=True, name=None)
DepthwiseConv1D(kernel_size, strides=1, padding='valid', depth_multiplier=1, data_format=None, dilation_rate=1,
    activation=None, use_bias=True, depthwise_initializer='glorot_uniform', bias_initializer='zeros',
    depthwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None,
    bias_constraint=None)
DepthwiseConv2D(kernel_size, strides=(1, 1), padding='valid', depth_multiplier=1, data_format=None,
    dilation_rate=(1, 1), activation=None, use_bias=True, depthwise_initializer='glorot_uniform',
    bias_initializer='zeros', depthwise_regularizer=None, bias_regularizer=None, activity_regularizer=None,
    depthwise_constraint=None, bias_constraint=None)
Discretization(bin_boundaries=None, num_bins=None, epsilon=0.01, output_mode='int', sparse=False, *, bins=None)
Dot(axes, normalize=False)
Dropout(rate, noise_shape=None, seed=None)
DynamicEmbedding(input_dim, output_dim, initial_vocabulary, eviction_policy='LFU', input_length=None,
    embedding_initializer='uniform', num_oov_indices=1)
DynamicLookup(vocabulary_size, initial_vocabulary, eviction_policy='LFU')
ELU(alpha=1.0)
EinsumDense(equation, output_shape, activation=None, bias_axes=None, kernel_initializer='glorot_uniform',
    bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
    kernel_constraint=None, bias_constraint=None)
Embedding(input_dim, output_dim, embeddings_initializer='uniform', embeddings_regularizer=None,
    activity_regularizer=None, embeddings_constraint=None, mask_zero=False, input_length=None, sparse=False)
Flatten(data_format=None)
GRU(units, activation='tanh', recurrent_activation='sigmoid', use_bias=True, kernel_initializer='glorot_uniform',
    recurrent_initializer='orthogonal', bias_initializer='zeros', kernel_regularizer=None,
    recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, return_sequences=False,
    return_state=False, go_backwards=False, stateful=False, unroll=False, time_major=False, reset_after=True, *,
    implementation=2, seed=None, zero_output_for_mask=False)
GRUCell(units, activation='tanh', recurrent_activation='sigmoid', use_bias=True,
    kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros',
    kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, kernel_constraint=None,
    recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, reset_after=True, *,
    implementation=2, seed=None)
GaussianDropout(rate, seed=None)
GaussianNoise(stddev, seed=None)
GlobalAveragePooling1D(data_format='channels_last')
GlobalAveragePooling2D(data_format=None, keepdims=False)
GlobalAveragePooling3D(data_format=None, keepdims=False)
GlobalMaxPooling1D(data_format='channels_last', keepdims=False)
GlobalMaxPooling2D(data_format=None, keepdims=False)
GlobalMaxPooling3D(data_format=None, keepdims=False)
GroupNormalization(groups=32, axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros',
    gamma_initializer='ones', beta_regularizer=None, gamma_regularizer=None, beta_constraint=None,
    gamma_constraint=None)
HashedCrossing(num_bins, output_mode='int', sparse=False)
Hashing(num_bins, mask_value=None, salt=None, output_mode='int', sparse=False)
Identity(trainable=True, name=None, dtype=None, dynamic=False)
InputLayer(input_shape=None, batch_size=None, dtype=None, input_tensor=None, sparse=None, name=None, ragged=None,
    type_spec=None, optional=False, *, batch_input_shape=None)
IntegerLookup(max_tokens=None, num_oov_indices=1, mask_token=None, oov_token=-1, vocabulary=None,
    vocabulary_dtype='int64', idf_weights=None, invert=False, output_mode='int', sparse=False,
    pad_to_max_tokens=False, *, vocabulary_size=None)
LSTM(units, activation='tanh', recurrent_activation='sigmoid', use_bias=True, kernel_initializer='glorot_uniform',
    recurrent_initializer='orthogonal', bias_initializer='zeros', unit_forget_bias=True, kernel_regularizer=None,
    recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, return_sequences=False,
    return_state=False, go_backwards=False, stateful=False, time_major=False, unroll=False, *, implementation=2,
    seed=None, zero_output_for_mask=False)
LSTMCell(units, activation='tanh', recurrent_activation='sigmoid', use_bias=True,
    kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros',
    unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
    kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, *,
    implementation=2, seed=None)
Lambda(function, output_shape=None, mask=None, arguments=None)
LayerNormalization(axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros',
    gamma_initializer='ones', beta_regularizer=None, gamma_regularizer=None, beta_constraint=None,
    gamma_constraint=None)
LeakyReLU(alpha=0.3)
LocallyConnected1D(filters, kernel_size, strides=1, padding='valid', data_format=None, activation=None,
    use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None,
    bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None,
    implementation=1)
LocallyConnected2D(filters, kernel_size, strides=(1, 1), padding='valid', data_format=None, activation=None,
    use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None,
    bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None,
    implementation=1)
Masking(mask_value=0.0)
MaxPooling1D(pool_size=2, strides=None, padding='valid', data_format='channels_last')
MaxPooling2D(pool_size=(2, 2), strides=None, padding='valid', data_format=None)
MaxPooling3D(pool_size=(2, 2, 2), strides=None, padding='valid', data_format=None)
Maximum()
Minimum()
MultiHeadAttention(num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None,
    attention_axes=None, kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None,
    bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None,
    softmax_robust_masking=False)
Multiply()
Normalization(axis=-1, mean=None, variance=None, invert=False)
PReLU(alpha_initializer='zeros', alpha_regularizer=None, alpha_constraint=None, shared_axes=None)
Permute(dims)
RNN(cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
    time_major=False, *, zero_output_for_mask=False)
RandomBrightness(factor, value_range=(0, 255), seed=None)
RandomContrast(factor, seed=None)
RandomCrop(height, width, seed=None)
RandomFlip(mode='horizontal_and_vertical', seed=None)
RandomFourierFeatures(output_dim, kernel_initializer='gaussian', scale=None, trainable=False, name=None)
RandomHeight(factor, interpolation='bilinear', seed=None)
RandomRotation(factor, fill_mode='reflect', interpolation='bilinear', seed=None, fill_value=0.0)
RandomTranslation(height_factor, width_factor, fill_mode='reflect', interpolation='bilinear', seed=None,
    fill_value=0.0)
RandomWidth(factor, interpolation='bilinear', seed=None)
RandomZoom(height_factor, width_factor=None, fill_mode='reflect', interpolation='bilinear', seed=None,
    fill_value=0.0)
ReLU(max_value=None, negative_slope=0.0, threshold=0.0)
RepeatVector(n)
Rescaling(scale, offset=0.0)
Reshape(target_shape)
Resizing(height, width, interpolation='bilinear', crop_to_aspect_ratio=False)
SeparableConv1D(filters, kernel_size, strides=1, padding='valid', data_format=None, dilation_rate=1,
    depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer='glorot_uniform',
    pointwise_initializer='glorot_uniform', bias_initializer='zeros', depthwise_regularizer=None,
    pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None,
    pointwise_constraint=None, bias_constraint=None)
SeparableConv2D(filters, kernel_size, strides=(1, 1), padding='valid', data_format=None, dilation_rate=(1, 1),
    depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer='glorot_uniform',
    pointwise_initializer='glorot_uniform', bias_initializer='zeros', depthwise_regularizer=None,
    pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None,
    pointwise_constraint=None, bias_constraint=None)
SimpleRNN(units, activation='tanh', use_bias=True, kernel_initializer='glorot_uniform',
    recurrent_initializer='orthogonal', bias_initializer='zeros', kernel_regularizer=None,
    recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
    recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, return_sequences=False,
    return_state=False, go_backwards=False, stateful=False, unroll=False, *, implementation=2, time_major=False,
    zero_output_for_mask=False)
SimpleRNNCell(units, activation='tanh', use_bias=True, kernel_initializer='glorot_uniform',
    recurrent_initializer='orthogonal', bias_initializer='zeros', kernel_regularizer=None,
    recurrent_regularizer=None, bias_regularizer=None, kernel_constraint=None, recurrent_constraint=None,
    bias_constraint=None, dropout=0.0, recurrent_dropout=0.0)
Softmax(axis=-1, robust_masking=False)
SpatialDropout1D(rate)
SpatialDropout2D(rate, data_format=None)
SpatialDropout3D(rate, data_format=None)
SpectralNormalization(layer, power_iterations=1)
StackedRNNCells(cells, *, reverse_state_order=False)
StringLookup(max_tokens=None, num_oov_indices=1, mask_token=None, oov_token='[UNK]', vocabulary=None,
    idf_weights=None, encoding='utf-8', invert=False, output_mode='int', sparse=False, pad_to_max_tokens=False, *,
    vocabulary_size=None)
Subtract()
SyncBatchNormalization(axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, beta_initializer='zeros',
    gamma_initializer='ones', moving_mean_initializer='zeros', moving_variance_initializer='ones',
    beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None)
TextVectorization(max_tokens=None, standardize='lower_and_strip_punctuation', split='whitespace', ngrams=None,
    output_mode='int', output_sequence_length=None, pad_to_max_tokens=False, vocabulary=None, idf_weights=None,
    sparse=False, ragged=False, encoding='utf-8', *, vocabulary_size=None)
ThresholdedReLU(theta=1.0)
TimeDistributed(layer)
UnitNormalization(axis=-1)
UpSampling1D(size=2)
UpSampling2D(size=(2, 2), data_format=None, interpolation='nearest')
UpSampling3D(size=(2, 2, 2), data_format=None)
Wrapper(layer)
ZeroPadding1D(padding=1)
ZeroPadding2D(padding=(1, 1), data_format=None)
ZeroPadding3D(padding=(1, 1, 1), data_format=None)
"""

KERAS_2_DEFAULTS: dict[str, dict[str, object]] = {
    "LSTM": {"recurrent_activation": "hard_sigmoid", "implementation": 1},
    "GRU": {"recurrent_activation": "hard_sigmoid", "reset_after": False, "implementation": 1},
    "SimpleRNN": {"implementation": 1},
    "LSTMCell": {"recurrent_activation": "hard_sigmoid", "implementation": 1},
    "GRUCell": {"recurrent_activation": "hard_sigmoid", "reset_after": False, "implementation": 1},
}
"""What standalone Keras 2 and tf.keras of TensorFlow 1 set otherwise."""
