"""Pictures of every kind of page for the documentation: ``python -m tests.web.browser.screenshots http://127.0.0.1:8000``.

In:  the address of a site that ``make demo`` has filled. Out: docs/images/site/<page>.jpg, one sheet for each kind of page
with six pictures: 320, 768 and 1280 px, light above, dark below; and the README's picture.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.web.browser_tools import browser, visit

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "docs" / "images" / "site"
WIDTHS, SCHEMES = (320, 768, 1280), ("light", "dark")
TALLEST = 2400  # px of a page that a sheet shows
SHOWN = 0.4  # of their size
QUALITY = 62
FIRST = "ranking-1280.jpg"  # the picture of the README
REAL, SIMULATED = "/ket-qua/pci-2016/", "/ket-qua/lang-son-2025/"
PAGES = {
    "home": "/",
    "programme": "/chuong-trinh/pci/",
    "years": "/chuong-trinh/pci/qua-cac-nam/?don-vi=lang-son",
    "publications": "/chuong-trinh/pci/cong-bo/",
    "wave": SIMULATED,
    "ranking": f"{SIMULATED}xep-hang/?nhom=so-nganh",
    "ranking-provinces": f"{REAL}xep-hang/",
    "units": f"{SIMULATED}don-vi/",
    "unit": f"{SIMULATED}don-vi/so-y-te/",
    "unit-published-figures": "/ket-qua/chi-lang-2024/don-vi/chi-lang/",
    "sub-index": f"{SIMULATED}chi-so/MB/",
    "indicator": f"{SIMULATED}chi-tieu/MB01/",
    "compare": f"{REAL}so-sanh/?don-vi=lang-son&don-vi=cao-bang",
    "weights": f"{REAL}trong-so/",
    "stability": f"{SIMULATED}do-tin-cay/?nhom=so-nganh",
    "sensitivity": f"{SIMULATED}do-nhay/?nhom=so-nganh",
    "map": f"{REAL}ban-do/",
    "method": f"{REAL}phuong-phap/",
    "questionnaire": f"{SIMULATED}phieu-hoi/",
    "downloads": f"{SIMULATED}du-lieu/",
    "search": "/tim/?q=lang+son",
    "principles": "/nguyen-tac/",
    "api": "/api/",
    "english": f"/en{SIMULATED}xep-hang/?nhom=so-nganh",
    "log-in": "/tai-khoan/login/",
    "not-found": "/ket-qua/khong-co/",
}


def main(site: str, only: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with browser() as chromium:
        for name, address in PAGES.items():
            if only and name not in only:
                continue
            pictures = {
                (scheme, width): _picture(chromium, site + address, width, scheme)
                for scheme in SCHEMES
                for width in WIDTHS
            }
            (FOLDER / f"{name}.jpg").write_bytes(_sheet(chromium, pictures))
            sys.stdout.write(f"{name}\n")
        with visit(chromium, site + PAGES["ranking"], height=1100) as seen:
            seen.page.screenshot(path=str(FOLDER / FIRST), type="jpeg", quality=80)


def _picture(chromium: Browser, url: str, width: int, scheme: str) -> bytes:
    with visit(chromium, url, width=width, scheme=scheme) as seen:  # type: ignore[arg-type]
        height = min(int(seen.page.evaluate("document.documentElement.scrollHeight")), TALLEST)
        clip = {"x": 0, "y": 0, "width": width, "height": height}
        return bytes(seen.page.screenshot(full_page=True, clip=clip))  # type: ignore[arg-type]


def _sheet(chromium: Browser, pictures: dict[tuple[str, int], bytes]) -> bytes:
    rows = []
    for scheme in SCHEMES:
        coded = {width: base64.b64encode(pictures[scheme, width]).decode() for width in WIDTHS}
        cells = (f'<img width="{width * SHOWN:.0f}" src="data:image/png;base64,{coded[width]}">' for width in WIDTHS)
        rows.append(f"<div>{''.join(cells)}</div>")
    style = "body{margin:16px;background:#8a8e9d}div{display:flex;gap:16px;align-items:start;margin-bottom:16px}"
    page = chromium.new_page(viewport={"width": int(sum(WIDTHS) * SHOWN) + 64, "height": 400}, device_scale_factor=1.25)
    page.set_content(f"<style>{style}</style>{''.join(rows)}")
    page.wait_for_load_state("networkidle")
    data = page.screenshot(full_page=True, type="jpeg", quality=QUALITY)
    page.close()
    return bytes(data)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2:])
