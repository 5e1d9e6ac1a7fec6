import pandas as pd

from weather_model import describe_days


def test_a_day_knows_its_season(observations: pd.DataFrame) -> None:
    assert describe_days(observations)["season"].tolist() == ["winter", "winter", "spring"]


def test_a_wet_day_has_a_millimetre_or_more(observations: pd.DataFrame) -> None:
    assert describe_days(observations)["is_wet"].tolist() == [False, True, True]


def test_frost_is_below_zero(observations: pd.DataFrame) -> None:
    assert describe_days(observations)["is_frost"].tolist() == [False, True, False]


def test_mean_is_between_minimum_and_maximum(observations: pd.DataFrame) -> None:
    assert describe_days(observations)["temp_mean"].tolist() == [8.9, -0.9, 9.45]


def test_observations_stay_as_they_are(observations: pd.DataFrame) -> None:
    describe_days(observations)
    assert "season" not in observations.columns
