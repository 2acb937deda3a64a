"""Tests of every layer; folders mirror those of the product."""

import os

# One thread for linear algebra, as the app sets it: on small matrices others only wait for each other, and
# the workers of the tests fill the processors. Read once, when numpy and scipy are loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
