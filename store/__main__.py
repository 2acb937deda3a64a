"""`python -m store`: make, fill, look at and tend a store."""

from __future__ import annotations

import sys

from store.commands.line import main

if __name__ == "__main__":
    sys.exit(main())
