# Databricks notebook source
# MAGIC %md
# MAGIC # Validate: every event up to a payload has reached gold, once
# MAGIC The ids of the events say which ones are missing, and in which table they were lost.

# COMMAND ----------

# MAGIC %run ./settings

# COMMAND ----------

dbutils.widgets.text("payload", "1", "The last payload that was delivered")

payloads = ["history", *(str(number) for number in range(1, int(dbutils.widgets.get("payload")) + 1))]
delivered = payload_events(*payloads)
earthquakes = {event["id"]: event for event in delivered if event["type"] == "earthquake"}


def ids_of(table: str) -> list[str]:
    return [row["id"] for row in spark.table(table).select("id").collect()]


def examples(ids: set[str]) -> str:
    return f"{len(ids)} of {len(delivered)} delivered events: {', '.join(sorted(ids)[:3])}, …"


# COMMAND ----------

missing = {event["id"] for event in delivered} - set(ids_of(bronze))
assert not missing, f"{bronze} lacks {examples(missing)}"

rescued = spark.table(bronze).where("_rescued_data IS NOT NULL").select("id", "_rescued_data").limit(1).collect()
assert not rescued, f"{bronze} has rescued data of {rescued[0]['id']}: {rescued[0]['_rescued_data']}"

# COMMAND ----------

found = ids_of(silver)
missing = set(earthquakes) - set(found)
assert not missing, f"{silver} lacks {examples(missing)}"
assert len(found) == len(set(found)), f"{silver} has {len(found) - len(set(found))} events more than once"
unexpected = set(found) - set(earthquakes)
assert not unexpected, (
    f"{silver} has {len(unexpected)} events that are no earthquakes or were not delivered: {min(unexpected)}, …"
)

# COMMAND ----------

strongest = max(earthquakes.values(), key=lambda event: event["mag"])
days = {row["day"].isoformat(): row for row in spark.table(gold).collect()}
counted = sum(row["earthquakes"] for row in days.values())
assert counted == len(earthquakes), f"{gold} counts {counted} of {len(earthquakes)} earthquakes on {len(days)} days"
highest = max(row["strongest"] for row in days.values())
assert highest == strongest["mag"], (
    f"{gold} has {highest} as the highest magnitude instead of {strongest['mag']} ({strongest['id']})"
)

# COMMAND ----------

dbutils.notebook.exit(json.dumps({"bronze": len(delivered), "silver": len(found), "gold": len(days)}))
