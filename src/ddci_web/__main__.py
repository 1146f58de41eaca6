"""``python -m ddci_web``: start the site, or fill it with the examples. ``ddci serve`` and ``ddci demo`` call it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ddci_web import serving


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="ddci", description="Trang kết quả DDCI / the DDCI site")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="chạy trang và bộ xử lý nền / start the site and its worker")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=serving.default_workers())
    serve.add_argument("--demo", action="store_true", help=argparse.SUPPRESS)
    load = commands.add_parser("load-examples", help="nạp các ví dụ vào trang / fill the site with the examples")
    load.add_argument("--examples", type=Path, default=Path("examples"))
    load.add_argument("--only", nargs="*", default=None, help="mã đợt / wave codes")
    options = parser.parse_args(arguments)
    if options.command == "serve":
        return serving.serve(host=options.host, port=options.port, workers=options.workers, is_demo=options.demo)
    serving.prepare()
    from ddci_web.demo import load_examples

    load_examples(options.examples, only=options.only, tell=lambda line: print(line, flush=True))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
