"""How the driver reads notebooks: Databricks' source forms and ipynb."""

import json

import pytest
from notebook_driver.notebook_source import NotANotebook, read_notebook


def cells(text: str) -> list[tuple[str, str]]:
    return [(cell.language, cell.source) for cell in read_notebook(text, "/a")]


def test_when_python_source_then_cells_split_at_command_and_magics_lose_their_prefix() -> None:
    text = """# Databricks notebook source
# DBTITLE 1,A title
x = 1

# COMMAND ----------

# MAGIC %sql
# MAGIC SELECT 1
# MAGIC
# MAGIC   AS one

# COMMAND ----------

# MAGIC %md # Title
# MAGIC text
"""
    assert cells(text) == [("python", "x = 1"), ("sql", "SELECT 1\n\n  AS one"), ("md", "# Title\ntext")]


def test_when_sql_source_then_its_cells_are_sql_and_python_is_a_magic() -> None:
    text = "-- Databricks notebook source\nSELECT 1\n-- COMMAND ----------\n-- MAGIC %python\n-- MAGIC x = 1\n"
    assert cells(text) == [("sql", "SELECT 1"), ("python", "x = 1")]


def test_when_pip_then_it_is_python_whatever_the_notebook() -> None:
    text = "-- Databricks notebook source\n-- MAGIC %pip install weather\n"
    assert cells(text) == [("python", "%pip install weather")]


def test_when_scala_source_then_its_cells_say_so() -> None:
    assert cells("// Databricks notebook source\nval x = 1\n") == [("scala", "val x = 1")]


def test_when_windows_line_ends_and_byte_order_mark_then_they_are_no_part_of_it() -> None:
    assert cells("\ufeff# Databricks notebook source\r\nx = 1\r\n") == [("python", "x = 1")]


def test_when_command_stands_in_a_string_then_the_cell_still_splits_as_on_the_platform() -> None:
    text = '# Databricks notebook source\ns = """\n# COMMAND ----------\n"""'
    assert [source for _, source in cells(text)] == ['s = """', '"""']


def test_when_ipynb_then_markdown_code_and_magics_are_told_apart() -> None:
    document = {
        "nbformat": 4,
        "metadata": {"application/vnd.databricks.v1+notebook": {"language": "python"}},
        "cells": [
            {"cell_type": "markdown", "source": ["# A\n", "b"]},
            {"cell_type": "code", "source": "x = 1"},
            {"cell_type": "code", "source": ["%sql\n", "SELECT 1"]},
            {"cell_type": "code", "source": []},
        ],
    }
    assert cells(json.dumps(document)) == [("md", "# A\nb"), ("python", "x = 1"), ("sql", "SELECT 1")]


@pytest.mark.parametrize("text", ["", "print(1)\n", "#Databricks notebook source\n", "{not json", '{"cells": 1'])
def test_when_it_is_no_notebook_then_the_error_names_it(text: str) -> None:
    with pytest.raises(NotANotebook, match="/a"):
        read_notebook(text, "/a")
