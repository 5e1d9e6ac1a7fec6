"""Databricks' part of a run: ``dbutils``, %fs, %run and SQL with widgets."""
