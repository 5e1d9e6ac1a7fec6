# Fabric notebook source

# METADATA ********************

# META {
# META   "kernel_info": {
# META     "name": "synapse_pyspark"
# META   }
# META }

# MARKDOWN ********************

# package_version = "0.0.0"

# PARAMETERS CELL ********************

# package_version = "0.0.0"
station = "package_version"
package_version: str = "1.0.0"  # the wheel that is tested

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

package_version = "0.0.0" if package_version == "" else package_version
