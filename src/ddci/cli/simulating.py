"""``ddci simulate``: a simulated wave folder, or with --plan the number of respondents that a survey needs."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np

from ddci.cli.screen import show_table
from ddci.compute import compute
from ddci.index.planning import estimate_parameters, planning_curve, respondents_needed
from ddci.messages import Language
from ddci.messages.phrases import phrase
from ddci.report.numbers import format_number
from ddci.result import Result
from ddci.survey.simulated_folder import Order, make_wave, planned_code, simulate_to_folder

DONE = 0
POWER = 0.8
LEAST_REPLICATES, MOST_REPLICATES = 100, 300  # standard errors for a plan need no more
LEAST_UNITS = 3


def simulate(options: Namespace) -> int:
    order = Order(
        framework=options.framework,
        units=options.units,
        n=options.n,
        seed=options.seed,
        year=options.year,
        code=options.code,
        replicates=options.replicates,
    )
    if options.plan:
        return show_plan(order, options.language)
    folder = options.out or Path("out") / planned_code(order)
    wave = simulate_to_folder(order, folder)
    rows = 0 if wave.responses is None else wave.responses.height
    respondents = 0 if wave.responses is None else wave.responses["respondent"].n_unique()
    details = {"units": len(wave.units), "respondents": respondents, "rows": rows, "seed": order.seed}
    shown = {name: format_number(float(number), 0, options.language) for name, number in details.items()}
    print(phrase("simulated_done", options.language, **{**shown, "seed": order.seed}))
    print(phrase("simulated", options.language))
    print(phrase("written", options.language, path=folder))
    return DONE


def show_plan(order: Order, language: Language) -> int:
    """For each unit group: what respondents per unit buy. Spread and scatter come from one simulated wave."""
    replicates = min(max(order.replicates, LEAST_REPLICATES), MOST_REPLICATES)
    wave = make_wave(replace(order, replicates=replicates))
    result = compute(wave)
    print(phrase("plan_about", language))
    for group in result.framework.unit_groups:
        rows = result.rows_of_group(group.code)
        if len(rows) >= LEAST_UNITS:
            print(f"\n{group.vi if language == 'vi' else group.en or group.vi}")
            _show_group(result, rows, language)
    return DONE


def _show_group(result: Result, rows: list[int], language: Language) -> None:
    scores = result.scores
    parameters = estimate_parameters(scores.score[rows, 0], scores.se[rows, 0], np.nanmax(scores.n[rows], axis=1))
    curve = planning_curve(parameters, units=len(rows), confidence=result.framework.confidence)
    headers = [
        phrase(f"plan_{key}", language) for key in ("n", "pairs", "pairs_alone", "half_width", "ranks", "kendall")
    ]
    columns = (curve.half_width, curve.rank_set_width, curve.kendall)
    lines = [
        [
            format_number(float(n), 0, language),
            format_number(100.0 * curve.simultaneous[place], 0, language),
            format_number(100.0 * curve.pairwise[place], 0, language),
            *(
                format_number(float(column[place]), decimals, language)
                for column, decimals in zip(columns, (1, 1, 2), strict=True)
            ),
        ]
        for place, n in enumerate(curve.n_per_unit.tolist())
    ]
    spread, sd = (format_number(number, 1, language) for number in (parameters.spread, parameters.sd))
    print(phrase("plan_parameters", language, units=len(rows), spread=spread, sd=sd))
    show_table(headers, lines, left=0)
    needed = respondents_needed(parameters, units=len(rows), power=POWER, confidence=result.framework.confidence)
    if needed is None:
        print(phrase("plan_never", language))
    else:
        print(phrase("plan_needed", language, n=format_number(float(needed), 0, language), power=f"{POWER:.0%}"))
