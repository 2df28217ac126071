"""Messages that people meet around recurrent layers and that are no fault of the model."""

from rnnlint.messages import Matcher

BLAMELESS = (
    Matcher(
        r"cannot convert a symbolic (?:tf\.)?tensor \([^()]{1,300}\) to a numpy array",
        cause="the NumPy that is installed is too new for this TensorFlow (1.20 and later, for TensorFlow before 2.5)",
        fix="install a NumPy below 1.20 or a newer TensorFlow; the model need not change",
    ),
    Matcher(
        r"you are trying to load a weight file containing \d{1,5} layers? into a model with \d{1,5} layers?|"
        r"layer count mismatch when loading weights|weight count mismatch for (?:top-level weights|layer)|"
        r"expects? \d{1,5} weight(?:s|\(s\))?, but the saved weights ha(?:ve|s) \d{1,5} elements?|"
        r"a total of \d{1,5} objects could not be loaded|"
        r"expected \d{1,5} variables, but received \d{1,5} variables during loading",
        cause="the file of weights was written by a model with other layers than this one",
        fix="build the model exactly as it was when its weights were saved, or save and load the whole model",
    ),
    Matcher(
        r"allow_pickle ?= ?false",
        cause="`np.load` refuses pickled arrays since NumPy 1.16.3, and an old `imdb.load_data` or `reuters.load_data` "
        "asks for one",
        fix="update Keras; for a file of your own that you trust, `np.load(..., allow_pickle=True)`",
    ),
    Matcher(
        r"module '?(?:tensorflow|keras\.backend)[\w.]{0,60}'? has no attribute '?\w{1,60}'?|"
        r"'tensorflow\.[\w.]{0,60}' object has no attribute 'get_default_graph'|"
        r"while_loop\(\) got an unexpected keyword argument",
        cause="the code, or the Keras beside TensorFlow, is written for another TensorFlow than the one installed",
        fix="use a Keras that fits the TensorFlow (import from `tensorflow.keras`, not from an old `keras`); "
        "for code of "
        "TensorFlow 1 there is `tensorflow.compat.v1`",
        score=0.88,
    ),
    Matcher(
        r"shape must be at least rank 3 but is rank 2 for [^=]{0,200}= biasadd\[.{0,80}nchw",
        cause="`image_data_format` is `channels_first`, which recurrent layers of some TensorFlow versions "
        "cannot add up",
        fix="set `channels_last` in keras.json or by `set_image_data_format`",
        score=0.85,
    ),
    Matcher(
        r"could not load dynamic library '?(?:lib)?(?:cudnn|cudart|cublas|cufft|cusolver|cusparse)[\w.-]{0,40}|"
        r"fail to find the dnn implementation|no dnn in stream executor|"
        r"could not create cudnn handle|failed to get convolution algorithm|cudnn failed to initialize|"
        r"loaded runtime cudnn library: \S{1,40} but source was compiled with|"
        r"could not find (?:cuda drivers|tensorrt)|cudnn_status_(?:not_initialized|arch_mismatch|internal_error)|"
        r"dnn library (?:is not found|initialization failed)",
        cause="cuDNN is missing, or does not fit this TensorFlow and driver, or finds no free GPU memory",
        fix="install the CUDA and cuDNN that this TensorFlow was built with, and see that no other process holds the "
        "GPU's memory (`set_memory_growth`)",
    ),
    Matcher(
        r"oom when allocating tensor with shape ?(?P<gives>\[[\d,]{0,200}\])",
        cause="the memory is used up; the tensor of shape {gives} found no room",
        fix="take a smaller batch, shorter sequences or fewer units; predict in batches",
        score=0.95,
    ),
    Matcher(
        r"resource_?exhausted_?error|resource exhausted: |out of memory\b|cuda_error_out_of_memory|"
        r"blas (?:x?gemm|xgemv) launch failed|unable to allocate \S{1,20} ?(?:[kmgt]i?b) for an array|"
        r"failed to allocate memory",
        cause="the memory, of the GPU or of the machine, is used up",
        fix="take a smaller batch, shorter sequences or fewer units; end other processes on the GPU",
    ),
    Matcher(
        r"failed to call thenrnnforward|failed to call dornnforward",
        cause="the fused kernel failed on the GPU: most often its memory is used up, or cuDNN does not fit TensorFlow",
        fix="allow the memory to grow (`set_memory_growth`), take a smaller batch, check the version of cuDNN",
        score=0.85,
    ),
    Matcher(
        r"unknown layer: '?\"?(?!cudnn)[\w>.]{1,120}|could not locate (?:class|function) '[^']{1,200}'\.? make "
        r"sure custom",
        cause="the saved model uses a class of its own, which Keras was not told of when loading",
        fix="pass it: `load_model(path, custom_objects={...})`, or register it with `register_keras_serializable`",
        score=0.8,
    ),
    Matcher(
        r"could not be deserialized properly",
        cause="the saved model has a part that this Keras does not know how to build: a class of its own, or a "
        "model saved "
        "by another version",
        fix="load it with the Keras that saved it and save it again, or pass `custom_objects`",
        score=0.8,
    ),
    Matcher(
        r"failed to find data adapter that can handle input|unrecognized data type: x=|"
        r"expected all elements of `?\w{1,20}`? to be array-like",
        cause="x or y is a plain list, or of a type that Keras takes no data from",
        fix="make arrays of them: `np.array(x)`",
        score=0.85,
    ),
    Matcher(
        r"'str' object has no attribute 'decode'",
        cause="an old Keras reads a model file with h5py 3, which it does not know",
        fix="install `h5py<3` or a newer Keras",
    ),
    Matcher(
        r"unable to (?:synchronously )?open file \((?:file signature not found|truncated file|unable to open file)|"
        r"savedmodel file does not exist at|file not found: filepath=|"
        r"file format not supported: filepath=|accessible `?\.keras`? zip file",
        cause="the file of the model is missing, damaged, or of a format that this Keras does not load",
        fix="check the path and the file; Keras 3 loads `.keras` and `.h5` only",
    ),
    Matcher(
        r"no module named '?(?:tensorflow|keras|tf_keras|tensorflow_core)[\w.]{0,80}'?|dll load failed|"
        r"cannot import name '?(?:np_utils|to_categorical|batchnormalization|adam|sequential|plot_model|"
        r"tf_utils|multi_gpu_model)'?|numpy\.(?:dtype|ufunc) size changed|numpy\.core\.multiarray failed to import",
        cause="the installation: a module is missing, has moved, or does not fit the others",
        fix="check with `pip list` that TensorFlow, Keras and NumPy fit one another, and import from where they "
        "are now",
    ),
    Matcher(
        r"do not pass an `?input_shape`?/`?input_dim`? argument to a layer|"
        r"the structure of `?inputs`? doesn't match the expected structure",
        cause="a warning of Keras 3, and no error: the model works as it stands",
        fix="declare the input with an `Input` in front, and pass x as the model's inputs are (one array for "
        "one input)",
        score=0.8,
    ),
    Matcher(
        r"out_of_range: end of sequence",
        cause="a note of TensorFlow that a dataset was read to its end, as at each end of an epoch",
        fix="nothing, unless training is interrupted: then see what the message says of `steps_per_epoch`",
        score=0.8,
    ),
)
"""All of them. They lead to no rule."""
