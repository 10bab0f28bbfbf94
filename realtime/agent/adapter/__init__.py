"""All that leans on livekit-agents' inner behaviour; its contract tests gate upgrades."""
