"""The Chatterbox speech worker for RunPod; so far its protocol, in README.md."""
