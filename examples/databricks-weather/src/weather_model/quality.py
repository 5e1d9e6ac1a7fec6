"""Rules that observations must follow before they are used."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from weather_model.observations import WEATHER


class Problem(NamedTuple):
    """One day that breaks one rule."""

    rule: str
    date: str
    """ISO 8601."""


def find_problems(observations: pd.DataFrame) -> list[Problem]:
    """Find every broken rule of every day, sorted by rule, then in the order of the observations.

    :param observations: as :func:`weather_model.read_observations` returns them.
    """
    return [
        Problem(rule, date.date().isoformat())
        for rule, broken_dates in _RULES.items()
        for date in broken_dates(observations)
    ]


def _missing_days(frame: pd.DataFrame) -> pd.DatetimeIndex:
    expected = pd.date_range(frame["date"].min(), frame["date"].max(), freq="D")
    return expected.difference(pd.DatetimeIndex(frame["date"]))


_RULES: dict[str, Callable[[pd.DataFrame], pd.Series | pd.DatetimeIndex]] = {
    "each day has an observation": _missing_days,
    "each day has one observation": lambda frame: frame["date"][frame["date"].duplicated()],
    "no value is missing": lambda frame: frame["date"][frame.isna().any(axis=1)],
    "precipitation is not negative": lambda frame: frame["date"][frame["precipitation"] < 0],
    "the minimum is not above the maximum": lambda frame: frame["date"][
        frame["temp_min"] > frame["temp_max"]
    ],
    "the weather has a known name": lambda frame: frame["date"][~frame["weather"].isin(WEATHER)],
}
