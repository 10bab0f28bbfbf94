"""Servers that speak the vendors' wire protocols on loopback, strictly, backed by local engines."""

import os

# Calls run side by side, one thread each; numpy and the model runtimes would otherwise start a
# thread per core for every operation. Both are read when numpy is first imported: hence here.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
