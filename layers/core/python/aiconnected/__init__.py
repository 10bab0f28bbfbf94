"""What every plane of Voice by aiConnected shares: domain, data and the messages between planes."""
