"""The control plane's edge: HTTP, queues and schedules before the services of `aiconnected`."""
