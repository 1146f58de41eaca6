"""The finding at the head of a page, in one sentence with its number, in the language of the page.

In:  a Result. Out: sentences. They claim no more than the Result supports, as ``ddci.report.headlines`` does for the
scorecard.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.translation import gettext as _

from ddci.report import standing
from ddci.result import Node, Result
from ddci_web.portal.pages import words
from ddci_web.portal.pages.cells import Cell, is_suppressed
from ddci_web.portal.pages.moves import Movers


def wave_heading(result: Result) -> str:
    """Who leads, and how many can be told apart."""
    groups = standing.groups_with_units(result)
    if len(result.units) == 1:
        return unit_heading(result, 0)
    if len(groups) == 1:
        return group_heading(result, groups[0])
    parts = []
    for group in groups:
        leader = standing.ranking(result, group)[0]
        name = group_name(result, group)
        parts.append(
            _("%(unit)s cao nhất %(group)s (%(score)s điểm)")
            % {
                "unit": result.units[leader].name,
                "group": name[:1].lower() + name[1:],
                "score": words.number(result.scores.score[leader, 0]),
            }
        )
    return "; ".join(parts)


def group_heading(result: Result, group: str) -> str:
    """Who leads a group, and into how many tiers the data divide it."""
    order = standing.ranking(result, group)
    tiers = standing.tiers_of(result, group)
    said = {
        "unit": result.units[order[0]].name,
        "score": words.number(result.scores.score[order[0], 0]),
        "n": words.count(len(order)),
        "tiers": words.count(len(tiers)),
        "first": words.count(len(tiers[0].units) if tiers else 0),
    }
    if len(order) == 1:
        return _("%(unit)s đạt %(score)s điểm; nguồn chỉ có số của một đơn vị nên không xếp hạng") % said
    if not standing.has_sampling_error(result, order):
        return _("%(unit)s có điểm cao nhất, %(score)s; chưa có sai số để nói đơn vị nào thật sự hơn") % said
    if len(tiers) <= 1:
        return _("%(unit)s có điểm cao nhất, %(score)s, nhưng dữ liệu chưa phân biệt được %(n)s đơn vị với nhau") % said
    if len(tiers[0].units) == 1:
        return (
            _("%(unit)s dẫn đầu rõ rệt, %(score)s điểm; %(n)s đơn vị chia thành %(tiers)s nhóm, không phải %(n)s bậc")
            % said
        )
    return _("%(first)s đơn vị cùng ở nhóm đầu; dữ liệu chia được %(tiers)s nhóm, không phải %(n)s bậc") % said


def column_heading(cells: Sequence[Cell]) -> str:
    """From where to where the units of a group lie on one node. ``cells`` best first."""
    known = [cell for cell in cells if not math.isnan(cell.figure)]
    if not known:
        return _("Chưa có đơn vị nào đủ số liệu")
    node = known[0].node
    figures = sorted(cell.figure for cell in known)
    if len(known) == 1:
        said = {"unit": known[0].unit.name, "figure": words.amount_with_unit(known[0].figure, node.unit)}
        return _("%(unit)s: %(figure)s") % said
    said = {
        "n": words.count(len(known)),
        "low": words.amount(figures[0], node.unit),
        "high": words.amount_with_unit(figures[-1], node.unit),
        "median": words.amount_with_unit(known[0].median, node.unit),
    }
    if math.isnan(known[0].median):
        return _("%(n)s đơn vị trải từ %(low)s đến %(high)s") % said
    return _("%(n)s đơn vị trải từ %(low)s đến %(high)s; trung vị %(median)s") % said


def node_heading(node: Node, cells: Sequence[Cell]) -> str:
    """The name of a node with the lowest, the highest and the median figure. ``cells`` of one group."""
    figures = sorted(cell.figure for cell in cells if not math.isnan(cell.figure))
    median = next((cell.median for cell in cells if not math.isnan(cell.median)), math.nan)
    said = {"node": words.named(node)}
    if not figures:
        return _("%(node)s: chưa có số liệu") % said
    said |= {"low": words.amount(figures[0], node.unit), "high": words.amount_with_unit(figures[-1], node.unit)}
    if len(figures) == 1:
        return _("%(node)s: %(high)s") % said
    said["median"] = words.amount(median, node.unit)
    return _("%(node)s: từ %(low)s đến %(high)s, trung vị %(median)s") % said


def movers_heading(movers: Sequence[Movers]) -> str:
    """How many units rose and fell beyond noise, over all groups shown."""
    if not movers:
        return _("Đợt này chưa có đợt trước để so")
    tested, compared = sum(item.n_tested for item in movers), sum(item.n_compared for item in movers)
    said = {
        "year": movers[0].year,
        "up": words.count(sum(len(item.up) for item in movers)),
        "down": words.count(sum(len(item.down) for item in movers)),
        "unclear": words.count(sum(len(item.unclear) for item in movers)),
        "tested": words.count(tested),
        "compared": words.count(compared),
    }
    if not compared:
        return _("Chưa so được với năm %(year)s: hai đợt không có phần chung") % said
    if any(item.rescaled for item in movers):
        return _("Cận chuẩn hóa đã đổi so với năm %(year)s, nên chưa nói được điểm nào thật sự tăng") % said
    if not tested:
        return (
            _("Chưa nói được ai thật sự tăng so với năm %(year)s: nguồn không công bố sai số của %(compared)s đơn vị")
            % said
        )
    if said["unclear"] == said["tested"]:
        return _("Không đơn vị nào trong %(tested)s đơn vị thay đổi ngoài sai số so với năm %(year)s") % said
    return _("%(up)s đơn vị tăng và %(down)s đơn vị giảm ngoài sai số so với năm %(year)s, %(unclear)s chưa rõ") % said


def unit_heading(result: Result, row: int) -> str:
    """A unit's score and rank with how many sub-indices are first and last."""
    unit, now = result.units[row], standing.headline(result, row)
    if is_suppressed(result, row, 0):
        return _("%(unit)s: ít phiếu, không công bố") % {"unit": unit.name}
    if math.isnan(now.score):
        return _("%(unit)s: chưa đủ số liệu để chấm điểm") % {"unit": unit.name}
    figure = standing.published_figure(result, unit.code)
    is_published = now.rank_is_published and figure is not None and figure.score is not None
    said = {
        "unit": unit.name,
        "score": words.number(figure.score if is_published and figure else now.score),
        "rank": words.number(now.rank, 0),
        "n": now.n_units,
    }
    if math.isnan(now.rank):
        head = _("%(unit)s: %(score)s điểm, không xếp hạng") % said
    elif now.n_units:
        head = _("%(unit)s: %(score)s điểm, hạng %(rank)s/%(n)s") % said
    else:
        head = _("%(unit)s: %(score)s điểm, hạng %(rank)s") % said
    return head + _extremes(result, row)


def _extremes(result: Result, row: int) -> str:
    """How many sub-indices of a unit are first and last in its group, by computed or published ranks."""
    unit = result.units[row]
    columns = standing.columns_of_group(result, unit.group, "sub_index")
    members = result.rows_of_group(unit.group)
    firsts = lasts = 0
    for column in columns:
        rank, last = float(result.scores.rank[row, column]), float(sum(result.scores.rank[members, column] > 0))
        if len(members) == 1:
            figure = standing.published_figure(result, unit.code, result.nodes[column].code)
            rank = float(figure.rank) if figure is not None and figure.rank else math.nan
            last = float(figure.n_units or 0) if figure is not None else 0.0
        firsts += last > 1 and rank == 1
        lasts += last > 1 and rank == last
    said = {"first": firsts, "last": lasts}
    if firsts and lasts:
        return _("; %(first)s chỉ số đứng đầu và %(last)s chỉ số đứng cuối") % said
    if firsts:
        return _("; %(first)s chỉ số đứng đầu") % said
    return _("; %(last)s chỉ số đứng cuối") % said if lasts else ""


def group_name(result: Result, group: str) -> str:
    """The name of a unit group in the page's language."""
    return next((words.named(item) for item in result.framework.unit_groups if item.code == group), group)


def extremes_heading(medians: Sequence[tuple[Node, float]], group: str, is_named: bool) -> str:
    """Which sub-index is the common strength of a group and which the common weakness, by their medians."""
    known = [(node, median) for node, median in medians if not math.isnan(median)]
    if len(known) < 2:
        return _("%(n)s chỉ số thành phần") % {"n": len(medians)}
    best, worst = max(known, key=lambda item: item[1]), min(known, key=lambda item: item[1])
    said = {
        "worst": words.named(worst[0]),
        "low": words.number(worst[1]),
        "best": words.named(best[0]),
        "high": words.number(best[1]),
    }
    text = _("Điểm yếu chung: %(worst)s (trung vị %(low)s); điểm mạnh chung: %(best)s (%(high)s)") % said
    return f"{group}. {text}" if is_named else text
