-- Databricks notebook source
-- CREATE WIDGET TEXT package_version DEFAULT "0.0.0"
CREATE WIDGET DROPDOWN package_version
  DEFAULT '1.0.0' -- what was tested
  CHOICES SELECT * FROM (VALUES ('0.0.0'), ('1.0.0'));

-- COMMAND ----------

-- MAGIC %python
-- MAGIC # the same widget, for those who run Python cells only
-- MAGIC dbutils.widgets.dropdown("package_version", "1.0.0", ["0.0.0", "1.0.0"])

-- COMMAND ----------

SELECT 'CREATE WIDGET TEXT package_version DEFAULT "0.0.0"' AS `package_version`
