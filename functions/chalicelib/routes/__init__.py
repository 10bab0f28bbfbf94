"""Routes by noun: each parses a request, calls one service and returns what it says."""

from chalicelib.routes import agencies, auth, calls, docs, health, knowledge, twilio

GROUPS = (
    health.routes,
    docs.routes,
    auth.routes,
    agencies.routes,
    calls.routes,
    knowledge.routes,
    twilio.routes,
)
