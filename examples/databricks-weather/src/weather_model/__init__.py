"""Reads, checks and describes daily weather observations."""

from weather_model.days import WET_DAY_MM, describe_days
from weather_model.observations import COLUMNS, WEATHER, read_observations
from weather_model.quality import Problem, find_problems

__all__ = [
    "COLUMNS",
    "WEATHER",
    "WET_DAY_MM",
    "Problem",
    "describe_days",
    "find_problems",
    "read_observations",
]
