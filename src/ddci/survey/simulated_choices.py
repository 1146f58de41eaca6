"""From a latent favourability to one option of an ordered question, with planned shares.

In:  a question, the indicators that use it, a target share of favourable answers.
Out: an Ordered: the options from worst to best with cumulative shares, and which of them are favourable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from ddci.framework.model import Indicator, Question, Questionnaire

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

NO_ANSWER = frozenset({"dont_know", "refused"})
FADING = 0.45  # each option further from the border between favourable and unfavourable is chosen this much less often
NEUTRAL = 0.3  # share of those who see no change, in a net balance
SPREAD_OF_RATING = 0.2  # sd of a rating, as a share of its scale


def answer_codes(question: Question, questionnaire: Questionnaire) -> tuple[str, ...]:
    """The options that are an answer: not "don't know", not "refused"."""
    return tuple(item.code for item in questionnaire.options_of(question) if item.role not in NO_ANSWER)


def role_code(question: Question, questionnaire: Questionnaire, role: str) -> str | None:
    """The first option with a role."""
    return next((item.code for item in questionnaire.options_of(question) if item.role == role), None)


@dataclass(frozen=True, slots=True)
class Ordered:
    """``codes`` from worst to best; ``share`` of each; the first ``n_unfavourable`` are the unfavourable ones."""

    codes: tuple[str, ...]
    share: FloatArray
    n_unfavourable: int

    def choose(self, latent: FloatArray, *, sd: float) -> IntArray:
        """(rows,) the place of the option that each latent value falls on; higher latent = better option."""
        cumulative = np.clip(np.cumsum(self.share)[:-1], 0.0, 1.0)
        return np.searchsorted(ndtri(cumulative) * sd, latent, side="right").astype(np.int64)

    def fix(self, wanted: Mapping[str, float]) -> Ordered:
        """The same sides, with the shares of some options as wanted and the others of their side scaled to fit.

        >>> Ordered(("3", "2", "1", "0"), np.array([0.1, 0.1, 0.5, 0.3]), 2).fix({"0": 0.6}).share
        array([0.1, 0.1, 0.2, 0.6])
        """
        share = self.share.copy()
        for place, code in enumerate(self.codes):
            if code not in wanted:
                continue
            is_bad = place < self.n_unfavourable
            side = slice(0, self.n_unfavourable) if is_bad else slice(self.n_unfavourable, None)
            total, others = float(share[side].sum()), float(share[side].sum() - share[place])
            fixed = min(wanted[code], total)
            share[side] *= (total - fixed) / others if others > 0 else 0.0
            share[place] = fixed if others > 0 else total
        return replace(self, share=share)


def border(share: float, *, sd: float) -> float:
    """The latent value that a ``share`` of people lie above.

    >>> border(0.5, sd=1.0)
    0.0
    """
    return float(-ndtri(min(max(share, 1e-6), 1.0 - 1e-6)) * sd) + 0.0


def share_above(latent_border: float, *, sd: float) -> float:
    """The share of people above a latent value: the inverse of ``border``."""
    return float(ndtr(-latent_border / sd))


def order_options(codes: Sequence[str], indicator: Indicator | None, favourable: float) -> Ordered:
    """Options from worst to best, with shares that give ``favourable`` (share of the good side, place on a rating).

    A share: the counted options are the good side when more is better, else the others are. Options fade away from the
    border between the sides. A net balance has a neutral part between its two sides. Anything else is a rating.
    """
    if indicator is None or indicator.method not in ("share", "net_balance") or not indicator.positive:
        return _rating(codes, 1 if indicator is None else indicator.direction, favourable)
    good = [code for code in codes if (code in indicator.positive) == (indicator.direction > 0)]
    bad = [code for code in codes if code not in good]
    neutral: list[str] = []
    if indicator.method == "net_balance":
        sides = (indicator.positive, indicator.negative)
        good, bad = ([c for c in codes if c in side] for side in (sides if indicator.direction > 0 else sides[::-1]))
        neutral = [code for code in codes if code not in good and code not in bad]
    turned = _mean_place(codes, good) < _mean_place(codes, bad)
    good, bad, neutral = ([*side[::-1]] if turned else side for side in (good, bad, neutral))
    left = (1.0 - NEUTRAL) if neutral else 1.0
    share = [
        left * (1.0 - favourable) * _fading(len(bad))[::-1],
        np.full(len(neutral), NEUTRAL / max(len(neutral), 1)),
        left * favourable * _fading(len(good)),
    ]
    return Ordered((*bad, *neutral, *good), np.concatenate(share), len(bad) + len(neutral))


def _mean_place(codes: Sequence[str], side: Sequence[str]) -> float:
    return float(np.mean([codes.index(code) for code in side])) if side else -1.0


def _fading(n: int) -> FloatArray:
    """Shares of one side's options, the one at the border first."""
    weight = FADING ** np.arange(n, dtype=np.float64)
    return np.asarray(weight / weight.sum()) if n else weight


def _rating(codes: Sequence[str], direction: int, favourable: float) -> Ordered:
    """A rating whose answers scatter about the place ``favourable`` between its ends."""
    ordered = tuple(codes) if direction > 0 else tuple(codes[::-1])
    edges = np.arange(1, len(ordered)) - 0.5
    length = max(len(ordered) - 1, 1)
    cumulative = ndtr((edges - favourable * length) / (SPREAD_OF_RATING * length))
    return Ordered(ordered, np.diff(np.r_[0.0, cumulative, 1.0]), 0)
