# Fabric notebook source

# METADATA ********************

# META {
# META   "kernel_info": {
# META     "name": "synapse_pyspark"
# META   },
# META   "dependencies": {}
# META }

# MARKDOWN ********************

# # Employment: check the delivered data
# Reports each rule as a test case, and writes no table.

# PARAMETERS CELL ********************

package_version = "0.0.0"  # of these notebooks

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

%run employment_model

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

import json

delivered = spark.read.option("header", True).csv("Files/employment/us-employment.csv")
tests = [
    {
        "name": rule,
        "outcome": "failed" if months else "passed",
        "message": f"broken in {', '.join(months)}" if months else "",
    }
    for rule, months in broken_rules(delivered).items()
]

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

notebookutils.notebook.exit(json.dumps({"package_version": package_version, "tests": tests}))

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }
