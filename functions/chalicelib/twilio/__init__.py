"""Twilio's side of the edge: signatures of its webhooks and the TwiML that answers them."""
