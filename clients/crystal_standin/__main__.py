"""``python -m crystal_standin``."""

from __future__ import annotations

import sys

from crystal_standin.main import main

sys.exit(main())
