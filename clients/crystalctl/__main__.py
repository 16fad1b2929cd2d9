"""``python -m crystalctl``."""

import sys

from crystalctl.main import main

if __name__ == "__main__":
    sys.exit(main())
