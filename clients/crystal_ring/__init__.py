"""What a job runs at its end to tell the daemon; standard library and libzmq, or pyzmq, only.

Every job pays for it, so each import here is weighed: the whole of it takes about 12 ms of processor
time, of which Python itself needs 7.
"""
