"""The same answers that real Keras gives, without Keras: layer and input tensors in, output tensors out."""
