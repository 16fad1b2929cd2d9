"""Schedulers: the only place that starts scheduler commands; one protocol, one file each."""
