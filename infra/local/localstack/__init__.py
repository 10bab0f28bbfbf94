"""LocalStack: the lock of its environment, and how it is started."""
