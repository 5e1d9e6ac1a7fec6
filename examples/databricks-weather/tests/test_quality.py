from pathlib import Path

import pandas as pd
import pytest

from weather_model import Problem, find_problems, read_observations

DELIVERY = Path(__file__).parents[1] / "notebooks" / "data" / "seattle-weather.csv"


def test_good_observations_have_no_problem(observations: pd.DataFrame) -> None:
    assert find_problems(observations) == []


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("wind", None, "no value is missing"),
        ("precipitation", -0.1, "precipitation is not negative"),
        ("temp_min", 40.0, "the minimum is not above the maximum"),
        ("weather", "hail", "the weather has a known name"),
    ],
)
def test_a_broken_rule_is_found(
    observations: pd.DataFrame, column: str, value: object, rule: str
) -> None:
    observations.loc[1, column] = value
    assert find_problems(observations) == [Problem(rule, "2012-02-29")]


def test_a_missing_day_is_found(observations: pd.DataFrame) -> None:
    assert find_problems(observations.drop(index=1)) == [
        Problem("each day has an observation", "2012-02-29")
    ]


def test_a_day_observed_twice_is_found(observations: pd.DataFrame) -> None:
    twice = pd.concat([observations, observations.iloc[[2]]])
    assert find_problems(twice) == [Problem("each day has one observation", "2012-03-01")]


def test_the_delivery_that_the_notebooks_read_is_good() -> None:
    assert find_problems(read_observations(DELIVERY)) == []
