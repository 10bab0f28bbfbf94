"""The one-machine stack: one supervisor for databases, AWS, vendors and both planes."""
