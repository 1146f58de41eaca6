"""``python -m ddci``: the command line."""

from ddci.cli import main

raise SystemExit(main())
