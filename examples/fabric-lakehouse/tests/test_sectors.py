from datetime import date
from decimal import Decimal

from employment_model import by_sector, deepest_losses, typed
from pyspark.sql import DataFrame


def test_months_are_dates_and_figures_are_numbers(delivered: DataFrame) -> None:
    first = typed(delivered).orderBy("month").first()
    assert first["month"] == date(2008, 1, 1)
    assert first["private"] == Decimal("80.0")


def test_each_sector_has_a_row_for_each_month(delivered: DataFrame) -> None:
    sectors = by_sector(delivered)
    assert sectors.columns == ["month", "sector", "thousands"]
    assert {row["sector"]: row["count"] for row in sectors.groupBy("sector").count().collect()} == {
        "nonfarm": 4,
        "private": 4,
        "government": 4,
    }


def test_the_change_is_not_a_sector(delivered: DataFrame) -> None:
    assert by_sector(delivered).where("sector = 'nonfarm_change'").count() == 0


def test_losses_count_from_the_peak_until_then(delivered: DataFrame) -> None:
    losses = {row["sector"]: row for row in deepest_losses(by_sector(delivered)).collect()}
    assert losses["private"]["month"] == date(2008, 3, 1)
    assert losses["private"]["lost"] == Decimal("5.0")


def test_a_sector_that_never_lost_jobs_has_no_loss(delivered: DataFrame) -> None:
    losses = {row["sector"]: row for row in deepest_losses(by_sector(delivered)).collect()}
    assert losses["government"]["lost"] == Decimal("0.0")
    assert losses["government"]["month"] == date(2008, 1, 1)
