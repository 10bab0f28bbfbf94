"""An Anthropic-compatible Messages API: strict as the real one, a scripted receptionist inside."""
