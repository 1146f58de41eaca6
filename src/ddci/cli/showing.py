"""``ddci demo``: the real examples computed and checked against what was published."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ddci.cli.arguments import WrongCallError
from ddci.cli.computing import ranking_order, show_ranking, write_result_folder
from ddci.cli.screen import show_table
from ddci.compute import compute
from ddci.messages import Language
from ddci.messages.phrases import phrase
from ddci.report.numbers import format_number
from ddci.result import INDEX_CODE, Check, Result
from ddci.result_json import load_result
from ddci.wave.load import load_wave

DONE = 0
EXAMPLES = (
    "lang-son-2024",
    "lang-son-2025",
    "wbes-viet-nam-2023",
    "chi-lang/2023",
    "chi-lang/2024",
    "pci-2016-indicators",
    "pci-2013",
    "pci-2014",
    "pci-2015",
    "pci-2016",
)
LAST = "pci-2016"
FROM_INDICATORS = "pci-2016-indicators"
MOST_MISMATCHES = 5


def demo(options: Namespace) -> int:
    """Compute every example, say how it compares with the published figures, end with the PCI 2016 table."""
    language: Language = options.language
    if not (options.examples / LAST).is_dir():
        raise WrongCallError(phrase("path_no_examples", language, path=options.examples, name=LAST))
    shown: dict[str, Result] = {}
    for name in EXAMPLES:
        wave = load_wave(options.examples / name, read_result=load_result)
        result = shown[name] = compute(wave)
        folder: Path = options.out / result.wave
        write_result_folder(result, folder)
        if name == LAST:
            show_recomputed(shown[FROM_INDICATORS], result, language)
            show_published_ranking(result, language)
        else:
            show_example(result, language)
        print(phrase("scorecard", language, path=folder / "scorecard.html"))
    return DONE


def show_example(result: Result, language: Language) -> None:
    """One example in a few lines: what it is, how it compares with what was published, what changed."""
    print(f"\n■ {result.vi or result.wave}")
    if result.simulated or not result.checks:
        show_ranking(result, language, most=5)
    matching = [check for check in result.checks if check.matches]
    if result.checks:
        print(phrase("demo_checks", language, matching=len(matching), n=len(result.checks)))
    alone = len(result.units) == 1
    named = [check for check in result.checks if not check.matches or (alone and check.code == INDEX_CODE)]
    for check in named[:MOST_MISMATCHES]:
        unit = result.units[result.unit_row[check.unit]].name
        print(f"  {unit}, {check.code}: {describe_check(check, language)}{why_ranks_differ(check, result, language)}")
    if len(named) > MOST_MISMATCHES:
        print("  " + phrase("demo_more", language, n=len(named) - MOST_MISMATCHES))
    if len(result.units) == 1:
        show_change(result, language)
        show_targets(result, language)


def why_ranks_differ(check: Check, result: Result, language: Language) -> str:
    """The reason of a differing rank where the published scores tie as printed but not in full; empty otherwise."""
    printed = {item.unit: item.score for item in result.published if item.code == check.code}
    score = printed.get(check.unit)
    tied = [unit for unit, other in printed.items() if other == score and unit != check.unit]
    if check.what != "rank" or score is None or not tied:
        return ""
    column = result.node_column[check.code]
    full = {unit: result.scores.score[result.unit_row[unit], column] for unit in (check.unit, *tied)}
    others = ", ".join(
        f"{result.units[result.unit_row[unit]].name} {format_number(full[unit], 4, language)}" for unit in tied
    )
    own = format_number(full[check.unit], 4, language)
    return phrase("demo_tie", language, printed=format_number(score, 2, language), own=own, others=others)


def show_recomputed(recomputed: Result, published: Result, language: Language) -> None:
    """How far sub-indices computed from raw indicators lie from the published ones, by sub-index."""
    rows = []
    for column in published.columns("sub_index"):
        node = published.nodes[column]
        theirs = {unit.code: published.scores.score[row, column] for row, unit in enumerate(published.units)}
        ours = recomputed.scores.score[:, recomputed.node_column[node.code]]
        error = max(abs(score - theirs[unit.code]) for unit, score in zip(recomputed.units, ours, strict=True))
        rows.append([node.code, node.vi if language == "vi" else node.en or node.vi, format_number(error, 8, language)])
    print("\n" + phrase("demo_recomputed", language))
    show_table([phrase(key, language) for key in ("code", "sub_index", "largest_error")], rows, left=2)


def describe_check(check: Check, language: Language) -> str:
    """The verdict of one check in words, with its figures."""
    if check.what == "rank":
        figures = {"published": f"{check.published:.0f}", "computed": f"{check.computed:.0f}"}
        return phrase("matches" if check.matches else "differs_rank", language, **figures)
    head = phrase(
        "demo_score",
        language,
        computed=format_number(check.computed, 3, language, strip=True),
        published=format_number(check.published, 2, language),
    )
    verdict = phrase(
        "matches" if check.matches else "differs",
        language,
        difference=format_number(abs(check.difference), 2, language),
        explained=format_number(check.explained, 2, language),
    )
    return f"{head} {verdict}"


def show_change(result: Result, language: Language) -> None:
    """The published change beside the like-for-like one, of a wave with a single unit."""
    change = result.change
    if change is None:
        return
    then = change.like_for_like_then[0]
    published_then = next((item.score for item in result.history if item.year == change.year and item.score), None)
    print(
        phrase(
            "demo_change",
            language,
            published=format_number(change.published[0], 2, language),
            like_for_like=format_number(change.like_for_like[0], 3, language, strip=True),
            now=format_number(change.like_for_like_now[0], 2, language),
            then=format_number(then, 3, language, strip=True),
            published_then=format_number(published_then or then, 2, language),
            from_published=format_number(change.like_for_like_now[0] - (published_then or then), 2, language),
        )
    )


def show_targets(result: Result, language: Language) -> None:
    """How many of the score targets set for the sub-indices were met."""
    scores = {
        target: result.scores.score[result.unit_row[target.unit], result.node_column[target.code]]
        for target in result.targets
        if target.score is not None
    }
    if scores:
        met = sum(bool(score >= (target.score or 0.0)) for target, score in scores.items())
        print(phrase("demo_targets", language, met=met, n=len(scores)))


def show_published_ranking(result: Result, language: Language) -> None:
    """Every unit: computed and published total and rank, side by side."""
    published = {item.unit: item for item in result.published if item.code == INDEX_CODE}
    mismatched = {check.unit for check in result.checks if check.code == INDEX_CODE and not check.matches}
    print(f"\n■ {result.vi or result.wave}")
    keys = ("unit", "score", "published_score", "rank", "published_rank", "verdict")
    rows = []
    for group in result.framework.unit_groups:
        for row in ranking_order(result, group.code):
            unit = result.units[row]
            figure = published[unit.code]
            rows.append(
                [
                    unit.name,
                    format_number(result.scores.score[row, 0], 2, language),
                    format_number(figure.score or float("nan"), 2, language),
                    format_number(result.scores.rank[row, 0], 0, language),
                    format_number(figure.rank or float("nan"), 0, language),
                    phrase("demo_mismatch" if unit.code in mismatched else "matches", language),
                ]
            )
    show_table([phrase(key, language) for key in keys], rows)
    matching = sum(check.matches for check in result.checks)
    print(phrase("demo_checks", language, matching=matching, n=len(result.checks)))
