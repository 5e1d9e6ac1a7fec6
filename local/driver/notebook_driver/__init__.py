"""Executes notebooks in IPython: a host process forks one process for each run."""
