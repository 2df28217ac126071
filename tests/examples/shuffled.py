import numpy as np
from keras import Input, Sequential
from keras.layers import LSTM, Dense

x, y = np.random.rand(320, 10, 8), np.random.rand(320, 1)

model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(64, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32)
