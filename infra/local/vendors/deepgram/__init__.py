"""Deepgram's streaming APIs: /v1/listen (Whisper behind silero) and /v1/speak (Piper)."""
