"""Work that queues and schedules bring: each job reads its message and calls one service."""
