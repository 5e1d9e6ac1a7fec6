"""Executes Databricks notebooks in IPython: a host process that forks one process for each notebook run."""
