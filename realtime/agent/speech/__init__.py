"""Speech in and out: thin livekit classes over the vendors' own clients."""
