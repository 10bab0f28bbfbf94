"""Custom functions: a tenant's webhooks as tools of its agents (V8), and the log of all tools."""
