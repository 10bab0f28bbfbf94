"""Where the recordings of human speech lie, for the tests that need them."""

from infra.local.stack.layout import ROOT

HUMAN_SPEECH = ROOT.parent / "shared" / "data" / "speech"
collect_ignore = [] if HUMAN_SPEECH.exists() else ["deepgram/test_human_speech.py"]
