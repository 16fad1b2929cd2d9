"""ZeroMQ and nothing else: messages, keys, server, client, endpoint, spool."""
