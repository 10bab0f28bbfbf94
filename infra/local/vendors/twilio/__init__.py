"""A Twilio-compatible carrier: it owns its calls, from webhook and media to status callbacks.

Protocol facts come from Twilio's documentation (webhooks, TwiML, Media Streams, REST 2010-04-01)
and from the wire behaviour of the `twilio` client 9.13. It is stricter than the real carrier where
that makes a mistake of the application visible: TwiML that Twilio would only warn about (12200)
fails the call, and a message on the media socket that Twilio would only warn about (31950, 31951)
ends the stream.

Misbehaviour on request (`POST /faults`, see `engines.control`). `match.call_sid` is the CallSid;
`match.api_key` is the called number, the calling number or the account SID, for calls not placed
yet. `match.route` and `at` are one of

    /webhook  voice, redirect and action requests
      accept  delay, stall (before it is sent), drop (the answer is thrown away), error (a forged
              signature), duplicate (sent twice at once with one idempotency token)
    /status   status callbacks
      accept  as /webhook
      first   reorder (sent after the one that follows it)
    /media    the media socket
      accept  delay, stall, drop (no connection), error (a forged signature)
      first   of the media messages: delay, stall, drop, duplicate, reorder
      middle  the same at the 50th media message
      end     of the stop message: drop, duplicate
    a REST path
      accept  delay, stall, drop, error (HTTP `status` with code 20500)

Control routes of its own: `POST /phones`, `POST /inject`, `POST /replay` (see `controls`), and the
telephones' `WS /phone` (see `phones`).
"""
