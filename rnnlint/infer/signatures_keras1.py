"""Constructors of the layers of Keras 1 (1.2, and what 1.0 still had): parameters in order, with defaults.

Behind `*` stand those that are taken by keyword alone or out of `**kwargs`. Standalone Keras 2 takes these names too.
"""

KERAS_1 = """
Activation(activation)
ActivityRegularization(l1=0.0, l2=0.0)
AtrousConvolution1D(nb_filter, filter_length, init='glorot_uniform', activation=None, weights=None,
    border_mode='valid', subsample_length=1, atrous_rate=1, W_regularizer=None, b_regularizer=None,
    activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True)
AtrousConvolution2D(nb_filter, nb_row, nb_col, init='glorot_uniform', activation=None, weights=None,
    border_mode='valid', subsample=(1, 1), atrous_rate=(1, 1), dim_ordering='default', W_regularizer=None,
    b_regularizer=None, activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True)
AveragePooling1D(pool_length=2, stride=None, border_mode='valid')
AveragePooling2D(pool_size=(2, 2), strides=None, border_mode='valid', dim_ordering='default')
AveragePooling3D(pool_size=(2, 2, 2), strides=None, border_mode='valid', dim_ordering='default')
BatchNormalization(epsilon=0.001, mode=0, axis=-1, momentum=0.99, weights=None, beta_init='zero', gamma_init='one',
    gamma_regularizer=None, beta_regularizer=None)
Bidirectional(layer, merge_mode='concat', weights=None)
ConvLSTM2D(nb_filter, nb_row, nb_col, init='glorot_uniform', inner_init='orthogonal', forget_bias_init='one',
    activation='tanh', inner_activation='hard_sigmoid', dim_ordering='default', border_mode='valid',
    subsample=(1, 1), W_regularizer=None, U_regularizer=None, b_regularizer=None, dropout_W=0.0, dropout_U=0.0, *,
    weights=None, return_sequences=False, go_backwards=False, stateful=False, unroll=False, consume_less='cpu')
Convolution1D(nb_filter, filter_length, init='glorot_uniform', activation=None, weights=None, border_mode='valid',
    subsample_length=1, W_regularizer=None, b_regularizer=None, activity_regularizer=None, W_constraint=None,
    b_constraint=None, bias=True)
Convolution2D(nb_filter, nb_row, nb_col, init='glorot_uniform', activation=None, weights=None, border_mode='valid',
    subsample=(1, 1), dim_ordering='default', W_regularizer=None, b_regularizer=None, activity_regularizer=None,
    W_constraint=None, b_constraint=None, bias=True)
Convolution3D(nb_filter, kernel_dim1, kernel_dim2, kernel_dim3, init='glorot_uniform', activation=None, weights=None,
    border_mode='valid', subsample=(1, 1, 1), dim_ordering='default', W_regularizer=None, b_regularizer=None,
    activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True)
Cropping1D(cropping=(1, 1))
Cropping2D(cropping=((0, 0), (0, 0)), dim_ordering='default')
Cropping3D(cropping=((1, 1), (1, 1), (1, 1)), dim_ordering='default')
Deconvolution2D(nb_filter, nb_row, nb_col, output_shape, init='glorot_uniform', activation=None, weights=None,
    border_mode='valid', subsample=(1, 1), dim_ordering='default', W_regularizer=None, b_regularizer=None,
    activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True)
Dense(output_dim, init='glorot_uniform', activation=None, weights=None, W_regularizer=None, b_regularizer=None,
    activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True)
Dropout(p, noise_shape=None, seed=None)
ELU(alpha=1.0)
Embedding(input_dim, output_dim, init='uniform', input_length=None, W_regularizer=None, activity_regularizer=None,
    W_constraint=None, mask_zero=False, weights=None, dropout=0.0)
Flatten()
GRU(output_dim, init='glorot_uniform', inner_init='orthogonal', activation='tanh', inner_activation='hard_sigmoid',
    W_regularizer=None, U_regularizer=None, b_regularizer=None, dropout_W=0.0, dropout_U=0.0, *, weights=None,
    return_sequences=False, go_backwards=False, stateful=False, unroll=False, consume_less='cpu')
GaussianDropout(p)
GaussianNoise(sigma)
GlobalAveragePooling1D()
GlobalAveragePooling2D(dim_ordering='default')
GlobalAveragePooling3D(dim_ordering='default')
GlobalMaxPooling1D()
GlobalMaxPooling2D(dim_ordering='default')
GlobalMaxPooling3D(dim_ordering='default')
Highway(init='glorot_uniform', activation=None, weights=None, W_regularizer=None, b_regularizer=None,
    activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True)
InputLayer(input_shape=None, batch_input_shape=None, input_dtype=None, sparse=False, name=None)
LSTM(output_dim, init='glorot_uniform', inner_init='orthogonal', forget_bias_init='one', activation='tanh',
    inner_activation='hard_sigmoid', W_regularizer=None, U_regularizer=None, b_regularizer=None, dropout_W=0.0,
    dropout_U=0.0, *, weights=None, return_sequences=False, go_backwards=False, stateful=False, unroll=False,
    consume_less='cpu')
Lambda(function, output_shape=None, mask=None, arguments=None)
LeakyReLU(alpha=0.3)
LocallyConnected1D(nb_filter, filter_length, init='glorot_uniform', activation=None, weights=None,
    border_mode='valid', subsample_length=1, W_regularizer=None, b_regularizer=None, activity_regularizer=None,
    W_constraint=None, b_constraint=None, bias=True)
LocallyConnected2D(nb_filter, nb_row, nb_col, init='glorot_uniform', activation=None, weights=None,
    border_mode='valid', subsample=(1, 1), dim_ordering='default', W_regularizer=None, b_regularizer=None,
    activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True)
Masking(mask_value=0.0)
MaxPooling1D(pool_length=2, stride=None, border_mode='valid')
MaxPooling2D(pool_size=(2, 2), strides=None, border_mode='valid', dim_ordering='default')
MaxPooling3D(pool_size=(2, 2, 2), strides=None, border_mode='valid', dim_ordering='default')
MaxoutDense(output_dim, nb_feature=4, init='glorot_uniform', weights=None, W_regularizer=None, b_regularizer=None,
    activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True)
Merge(layers=None, mode='sum', concat_axis=-1, dot_axes=-1, output_shape=None, output_mask=None, arguments=None,
    node_indices=None, tensor_indices=None)
PReLU(init='zero', weights=None, shared_axes=None)
ParametricSoftplus(alpha_init=0.2, beta_init=5.0, weights=None, shared_axes=None)
Permute(dims)
RepeatVector(n)
Reshape(target_shape)
SReLU(t_left_init='zero', a_left_init='glorot_uniform', t_right_init='glorot_uniform', a_right_init='one',
    shared_axes=None)
SeparableConvolution2D(nb_filter, nb_row, nb_col, init='glorot_uniform', activation=None, weights=None,
    border_mode='valid', subsample=(1, 1), depth_multiplier=1, dim_ordering='default', depthwise_regularizer=None,
    pointwise_regularizer=None, b_regularizer=None, activity_regularizer=None, depthwise_constraint=None,
    pointwise_constraint=None, b_constraint=None, bias=True)
SimpleRNN(output_dim, init='glorot_uniform', inner_init='orthogonal', activation='tanh', W_regularizer=None,
    U_regularizer=None, b_regularizer=None, dropout_W=0.0, dropout_U=0.0, *, weights=None, return_sequences=False,
    go_backwards=False, stateful=False, unroll=False, consume_less='cpu')
SpatialDropout1D(p)
SpatialDropout2D(p, dim_ordering='default')
SpatialDropout3D(p, dim_ordering='default')
ThresholdedReLU(theta=1.0)
TimeDistributed(layer)
TimeDistributedDense(output_dim, init='glorot_uniform', activation=None, weights=None, W_regularizer=None,
    b_regularizer=None, activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True)
UpSampling1D(length=2)
UpSampling2D(size=(2, 2), dim_ordering='default')
UpSampling3D(size=(2, 2, 2), dim_ordering='default')
ZeroPadding1D(padding=1)
ZeroPadding2D(padding=(1, 1), dim_ordering='default')
ZeroPadding3D(padding=(1, 1, 1), dim_ordering='default')
"""
