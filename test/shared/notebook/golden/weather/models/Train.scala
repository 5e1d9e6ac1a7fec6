// Databricks notebook source
/* dbutils.widgets.text("package_version", "0.0.0") /* nested */ */
dbutils.widgets
  .combobox(name = "package_version", defaultValue = """1.0.0""", choices = Seq("0.0.0"))

// COMMAND ----------

println(s"${dbutils.widgets.get("package_version")} of $station")
