"""``ddci sensitivity`` and ``ddci targets``: what another method, or better values, would do to the ranking."""

from __future__ import annotations

import difflib
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ddci.cli.arguments import WrongCallError
from ddci.cli.reading import read_wave
from ddci.cli.screen import show_table
from ddci.compute import assemble_wave
from ddci.compute.assemble import Assembly, GroupScores
from ddci.index.prospects import chances, past_record
from ddci.index.sensitivity import MethodSensitivity, leave_one_out, simulate_methods
from ddci.index.sobol import method_effects
from ddci.index.targets import TargetPlan, plan_target
from ddci.messages import Language
from ddci.messages.phrases import phrase
from ddci.report.numbers import format_interval, format_number, format_share, format_value
from ddci.result import INDEX_CODE
from ddci.wave.model import Wave

DONE = 0
MOST_SENSITIVE = 10


def sensitivity(options: Namespace) -> int:
    """Rank distributions over drawn methods, what moves ranks most, and each indicator left out."""
    wave = replace(read_wave(options), replicates=0)
    seed = wave.seed if options.seed is None else options.seed
    language: Language = options.language
    assembly = assemble_wave(wave, engine=options.engine, threads=options.threads)
    print(phrase("sensitivity_head", language, runs=options.runs))
    for group in assembly.groups.values():
        _show_group_name(assembly, group, language)
        if len(group.rows) < 2:
            print(phrase("sensitivity_alone", language))
            continue
        study = simulate_methods(group.values[0], group.rule, rng=np.random.default_rng(seed), n_runs=options.runs)
        _show_rank_distribution(assembly, group, study, language)
        _show_effects(group, seed, language)
        _show_leave_one_out(assembly, group, language)
    return DONE


def _show_group_name(assembly: Assembly, group: GroupScores, language: Language) -> None:
    found = next(item for item in assembly.framework.unit_groups if item.code == group.code)
    print(f"\n■ {found.vi if language == 'vi' else found.en or found.vi}")


def _show_rank_distribution(
    assembly: Assembly, group: GroupScores, study: MethodSensitivity, language: Language
) -> None:
    rows = []
    for place in np.argsort(study.nominal, kind="stable"):
        distribution = study.distribution
        rows.append(
            [
                assembly.wave.units[group.rows[place]].name,
                format_number(study.nominal[place], 0, language),
                format_number(distribution.median[place], 0, language),
                format_interval(distribution.low[place], distribution.high[place], 0, language),
            ]
        )
    show_table([phrase(key, language) for key in ("unit", "rank", "median_rank", "rank_range")], rows)


def _show_effects(group: GroupScores, seed: int, language: Language) -> None:
    effects = method_effects(group.values[0], group.rule, seed=seed).shift
    print("\n" + phrase("sobol_head", language))
    rows = [
        [phrase(f"factor_{name}", language), format_number(first, 2, language), format_number(total, 2, language)]
        for name, first, total in zip(effects.factors, effects.first, effects.total, strict=True)
    ]
    show_table([phrase(key, language) for key in ("factor", "first_order", "total_effect")], rows)


def _show_leave_one_out(assembly: Assembly, group: GroupScores, language: Language) -> None:
    without = leave_one_out(group.values[0], group.rule)
    indicators = assembly.framework.indicators_of_group(group.code)
    print("\n" + phrase("leave_one_out_head", language))
    order = np.argsort(-np.nan_to_num(without.shift), kind="stable")[:MOST_SENSITIVE]
    rows = [
        [f"{indicators[place].code} {indicators[place].vi}", format_number(without.shift[place], 2, language)]
        for place in order
    ]
    show_table([phrase(key, language) for key in ("indicator", "shift")], rows)


def targets(options: Namespace) -> int:
    """The smallest set of improvements with which one unit reaches a score or a rank."""
    language: Language = options.language
    if (options.rank is None) == (options.score is None):
        raise WrongCallError(phrase("two_fault", language))
    wave = read_wave(options)
    if options.replicates is not None:
        wave = replace(wave, replicates=options.replicates)
    codes = [unit.code for unit in wave.units]
    if options.unit not in codes:
        nearest = ", ".join(difflib.get_close_matches(options.unit, codes, n=5, cutoff=0.3) or codes[:5])
        raise WrongCallError(phrase("unknown_unit", language, unit=options.unit, nearest=nearest))
    assembly = assemble_wave(wave, engine=options.engine, threads=options.threads)
    row = codes.index(options.unit)
    group = assembly.groups[wave.units[row].group]
    place = group.rows.index(row)
    plan = plan_target(
        group.values[0],
        group.rule,
        unit=place,
        score=options.score,
        rank=options.rank,
        max_indicators=options.most,
    )
    _show_plan(assembly, group, plan, language)
    _show_prospects(assembly, group, plan, options, language)
    return DONE


def _show_plan(assembly: Assembly, group: GroupScores, plan: TargetPlan, language: Language) -> None:
    unit = assembly.wave.units[group.rows[plan.unit]]
    figures = {
        "unit": unit.name,
        "index": format_number(plan.index_now, 2, language),
        "rank": format_number(plan.rank_now, 0, language),
        "wanted": format_number(plan.wanted_index, 2, language),
    }
    print(phrase("target_now", language, **figures))
    if not plan.reachable:
        best = {
            "index": format_number(plan.best_index, 2, language),
            "rank": format_number(plan.best_rank, 0, language),
        }
        print(phrase("target_unreachable", language, **best))
        return
    indicators = assembly.framework.indicators_of_group(group.code)
    rows = []
    for step in plan.steps:
        indicator = indicators[step.indicator]
        rows.append(
            [
                f"{indicator.code} {indicator.vi}",
                format_value(step.value_now, indicator.unit, language),
                format_value(step.value_needed, indicator.unit, language),
                format_number(step.index_gain, 2, language),
            ]
        )
    if rows:
        show_table([phrase(key, language) for key in ("indicator", "value_now", "value_needed", "gain")], rows)
    reached = {
        "index": format_number(plan.index_reached, 2, language),
        "rank": format_number(plan.rank_reached, 0, language),
    }
    print(phrase("target_reached", language, n=len(rows), **reached))


def _show_prospects(
    assembly: Assembly, group: GroupScores, plan: TargetPlan, options: Namespace, language: Language
) -> None:
    """Whether such a gain was ever made, and the chance that the next survey shows it."""
    wave = assembly.wave
    record = past_record(past_totals(wave, options.unit), index_now=plan.index_now, wanted=plan.wanted_index)
    if record.best_gain is not None:
        said = "target_gain_made" if record.gain_ever_made else "target_gain_never"
        needed, best = (format_number(gain, 2, language) for gain in (record.needed_gain, record.best_gain))
        print(phrase(said, language, needed=needed, best=best))
    covariance = assembly.covariance.get(group.code)
    if plan.reachable and covariance is not None:
        outlook = chances(
            group.scored.index[0],
            covariance,
            unit=plan.unit,
            reached=plan.index_reached,
            score=options.score,
            rank=options.rank,
            rng=np.random.default_rng(wave.seed),
        )
        shares = {
            "reaching": format_share(outlook.reaching, 0, language),
            "rise": format_share(outlook.conclusive_rise, 0, language),
        }
        print(phrase("target_chances", language, **shares))


def past_totals(wave: Wave, unit: str) -> Sequence[float]:
    """The published totals of one unit, oldest first: history, the earlier wave, this wave."""
    totals = {point.year: point.score for point in wave.history if point.unit == unit and point.code == INDEX_CODE}
    for source in (wave.previous, wave):
        if source is not None:
            found = [item.score for item in source.published if item.unit == unit and item.code == INDEX_CODE]
            totals.update((source.year, score) for score in found)
    return [float(score) for _, score in sorted(totals.items()) if score is not None]
