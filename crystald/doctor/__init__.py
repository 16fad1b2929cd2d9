"""A check-up of a home and its machine: facts are gathered, then judged; nothing is changed.

``lines`` says what a finding is; ``places``, ``trials``, ``machine``, ``network``, ``programs``
each gather one kind of facts and judge them; ``checkup`` puts them in order; ``errand`` sends a
tiny job and ``node`` judges what it saw on a compute node.
"""
