"""Runs Spark tests inside Microsoft Fabric or Databricks and reports them as if they had run here."""
