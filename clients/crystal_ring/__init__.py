"""What a job runs at its end to tell the daemon; standard library and pyzmq only."""
