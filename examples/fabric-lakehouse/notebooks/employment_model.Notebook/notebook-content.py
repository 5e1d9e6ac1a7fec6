# Fabric notebook source

# METADATA ********************

# META {
# META   "kernel_info": {
# META     "name": "synapse_pyspark"
# META   },
# META   "dependencies": {}
# META }

# MARKDOWN ********************

# # The employment model
# Other notebooks include this one by `%run employment_model`, and the tests import it as a module. It therefore contains only
# functions, and uses nothing that only a notebook has.

# CELL ********************

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f

THOUSANDS = "decimal(12,1)"

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

def typed(delivered: DataFrame) -> DataFrame:
    """The delivery with types: `month` is a date, and each other column a number of thousands."""
    numbers = [f.col(name).cast(THOUSANDS) for name in delivered.columns if name != "month"]
    return delivered.select(f.to_date("month").alias("month"), *numbers)


def by_sector(delivered: DataFrame) -> DataFrame:
    """One row for each month and sector, with the number of employees in `thousands`."""
    months = typed(delivered).drop("nonfarm_change")
    sectors = [name for name in months.columns if name != "month"]
    return months.unpivot("month", sectors, "sector", "thousands")


def deepest_losses(sectors: DataFrame) -> DataFrame:
    """For each sector, the month in which the most jobs were lost since its peak until then."""
    until_then = Window.partitionBy("sector").orderBy("month")
    lost = f.max("thousands").over(until_then) - f.col("thousands")
    worst_first = Window.partitionBy("sector").orderBy(f.desc("lost"), "month")
    ranked = sectors.withColumn("lost", lost).withColumn("rank", f.row_number().over(worst_first))
    return ranked.where("rank = 1").select("sector", "month", "lost")

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

def broken_rules(delivered: DataFrame) -> dict[str, list[str]]:
    """The months that break each rule of the delivery; a rule that holds has an empty list."""
    months = typed(delivered)
    in_order = Window.orderBy("month")
    before = {name: f.lag(name).over(in_order) for name in ("month", "nonfarm")}
    missing = f.lit(False)
    for name in months.columns:
        missing = missing | f.col(name).isNull()
    broken = {
        "no value is missing": missing,
        "each month follows the one before": f.add_months(before["month"], 1) != f.col("month"),
        "private and government jobs add up to all": f.expr("private + government != nonfarm"),
        "the change is that since the month before": (
            f.col("nonfarm") - before["nonfarm"] != f.col("nonfarm_change")
        ),
    }
    flags = [f.coalesce(condition, f.lit(False)).alias(rule) for rule, condition in broken.items()]
    rows = months.select("month", *flags).collect()
    return {rule: [str(row["month"]) for row in rows if row[rule]] for rule in broken}

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }
