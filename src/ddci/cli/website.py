"""``ddci serve``: start the site, which is a program of its own and needs the parts installed by ``ddci[web]``."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from importlib.util import find_spec

from ddci.cli.arguments import WrongCallError
from ddci.messages.phrases import phrase

NEEDED = ("ddci_web", "django", "granian")


def serve(options: Namespace) -> int:
    """Run the site until it is interrupted; its exit code is ours."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise WrongCallError(phrase("serve_not_installed", options.language, missing=", ".join(missing)))
    command = [sys.executable, "-m", "ddci_web", "serve", "--host", options.host, "--port", str(options.port)]
    if options.workers is not None:
        command += ["--workers", str(options.workers)]
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603  our own program, words checked above
    except KeyboardInterrupt:
        return 0
