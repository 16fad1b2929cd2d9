"""Where the daemon's slow work is done: files in threads, decks and outputs in processes.

``base`` says what hands are, ``files`` are the threads, ``workshop`` has the processes, which
``workers`` shows from the daemon's side and ``worker`` is; ``leaving`` ends a process whose threads
a file system holds. Nothing is loaded here: a worker loads this package first.
"""
