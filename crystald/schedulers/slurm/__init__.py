"""Slurm as a scheduler of crystald: the only place that starts Slurm's commands.

Reading order: :mod:`~crystald.schedulers.slurm.scheduler` puts the rest together. What Slurm
prints is read by pure modules (``squeue``, ``scontrol``, ``sacct``, ``answers``, ``probe``,
``states``, ``ids``); commands are started in ``commands`` (questions) and ``handover`` (sbatch,
whose answer outlives the daemon in ``records``).
"""
