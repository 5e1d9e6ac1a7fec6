import pytest
from pyspark.sql import SparkSession


@pytest.fixture(scope="class")
def orders():
    spark = SparkSession.builder.getOrCreate()
    rows = [(1, "north", 120.0), (2, "south", 80.0), (2, "south", 80.0)]
    spark.createDataFrame(rows, "id int, region string, amount double").write.format("delta").mode("overwrite").saveAsTable(
        "orders"
    )
    return spark.table("orders")


class TestOrders:
    def test_total(self, orders):
        assert orders.agg({"amount": "sum"}).first()[0] == 280.0

    def test_ids_are_unique(self, orders):
        twice = orders.groupBy("id").count().filter("count > 1").collect()
        print("ids that are there twice:", [row.id for row in twice])
        assert twice == [], f"{len(twice)} of {orders.count()} orders"

    @pytest.mark.parametrize("region", ["north", "south"])
    def test_region(self, orders, region):
        assert orders.filter(orders.region == region).count() > 0

    @pytest.mark.skip(reason="needs the table of customers")
    def test_customers_exist(self, orders): ...


class TestPrices:
    def test_currency(self):
        assert f"{1.5:.2f}" == "1.50"
