"""The unit group that a page about one group shows, and the links to the others."""

from __future__ import annotations

from ddci.report import standing
from ddci.result import Result
from ddci_web.portal.pages import headings
from ddci_web.portal.pages.choices import Choice

GROUP = "nhom"


def group_shown(result: Result, wanted: str) -> str:
    """The group asked for, else the first one with units."""
    groups = standing.groups_with_units(result)
    return wanted if wanted in groups else groups[0]


def group_choices(result: Result, group: str) -> tuple[Choice, ...]:
    """Links to the groups with two units or more; none where there is nothing to choose."""
    groups = [code for code in standing.groups_with_units(result) if len(result.rows_of_group(code)) > 1]
    if len(groups) == 1:
        return ()
    return tuple(
        Choice(headings.group_name(result, code), f"?{GROUP}={code}", code == group, len(result.rows_of_group(code)))
        for code in groups
    )
