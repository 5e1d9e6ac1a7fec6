"""Three days of valid observations, of which each test changes what it needs."""

import io

import pandas as pd
import pytest

from weather_model import read_observations

THREE_DAYS = """date,precipitation,temp_max,temp_min,wind,weather
2012-02-28,0.0,12.8,5.0,4.7,drizzle
2012-02-29,10.9,1.0,-2.8,4.5,snow
2012-03-01,1.0,11.7,7.2,2.3,rain
"""


@pytest.fixture
def observations() -> pd.DataFrame:
    return read_observations(io.StringIO(THREE_DAYS))
