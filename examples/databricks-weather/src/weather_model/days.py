"""The columns that the silver table adds to the observation of a day."""

from __future__ import annotations

import pandas as pd

#: The least precipitation of a wet day in millimetres, as the WMO defines it.
WET_DAY_MM = 1.0

#: Three months each, beginning with December.
_SEASONS = ("winter", "spring", "summer", "autumn")


def describe_days(observations: pd.DataFrame) -> pd.DataFrame:
    """Add ``year``, ``month``, ``season``, ``temp_mean`` (degrees Celsius), ``is_wet`` and ``is_frost``.

    :param observations: as :func:`weather_model.read_observations` returns them; they are not changed.
    """
    month = observations["date"].dt.month
    return observations.assign(
        year=observations["date"].dt.year,
        month=month,
        season=(month % 12 // 3).map(lambda quarter: _SEASONS[quarter]),
        temp_mean=((observations["temp_max"] + observations["temp_min"]) / 2).round(2),
        is_wet=observations["precipitation"] >= WET_DAY_MM,
        is_frost=observations["temp_min"] < 0,
    )
