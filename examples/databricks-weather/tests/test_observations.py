import io

import pandas as pd
import pytest

from weather_model import COLUMNS, read_observations


def test_columns_have_their_types(observations: pd.DataFrame) -> None:
    assert list(observations.columns) == COLUMNS
    assert observations["date"].iloc[1] == pd.Timestamp(2012, 2, 29)
    assert observations["temp_min"].tolist() == [5.0, -2.8, 7.2]


def test_whole_numbers_become_measurements() -> None:
    text = "date,precipitation,temp_max,temp_min,wind,weather\n2012-01-01,0,12,5,4,sun\n"
    assert str(read_observations(io.StringIO(text))["precipitation"].dtype) == "float64"


def test_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="no column wind, weather"):
        read_observations(io.StringIO("date,precipitation,temp_max,temp_min\n"))


def test_a_date_of_another_form_is_refused() -> None:
    text = "date,precipitation,temp_max,temp_min,wind,weather\n01/02/2012,0,12,5,4,sun\n"
    with pytest.raises(ValueError, match="01/02/2012"):
        read_observations(io.StringIO(text))
