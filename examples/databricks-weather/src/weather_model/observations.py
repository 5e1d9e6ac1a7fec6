"""Daily observations as they are delivered: a CSV file with one row for each day."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pandas as pd

#: Columns of a delivery, in order. Precipitation is in millimetres, temperatures are in degrees Celsius.
COLUMNS = ["date", "precipitation", "temp_max", "temp_min", "wind", "weather"]

#: The values that the column ``weather`` may contain.
WEATHER = frozenset({"drizzle", "fog", "rain", "snow", "sun"})


def read_observations(source: str | Path | IO[str]) -> pd.DataFrame:
    """Read a delivery: ``date`` as datetime64, the measurements as float64, ``weather`` as text.

    :raises ValueError: a column is missing, or a value is not of its column's type.
    """
    frame = pd.read_csv(source)
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise ValueError(
            f"the observations have no column {', '.join(missing)}; they need {', '.join(COLUMNS)}"
        )
    frame = frame[COLUMNS]
    return frame.assign(
        date=pd.to_datetime(frame["date"], format="%Y-%m-%d"),
        **{column: frame[column].astype("float64") for column in COLUMNS[1:5]},
    )
