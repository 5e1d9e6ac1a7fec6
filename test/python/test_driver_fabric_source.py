"""How the driver reads Fabric's notebooks, and what %%configure sets."""

import json

import pytest
from notebook_driver.failure import CellFailure
from notebook_driver.notebook_source import NotANotebook
from notebook_driver.notebookutils.configure import read_configuration
from notebook_driver.notebookutils.source import read_fabric_notebook


def cells(text: str) -> list[tuple[str, str, bool]]:
    return [(cell.language, cell.source, cell.is_parameters) for cell in read_fabric_notebook(text, "/a")[0]]


def test_when_source_then_cells_lose_prefixes_and_metadata() -> None:
    text = """# Fabric notebook source

# METADATA ********************

# META {
# META   "dependencies": {"lakehouse": {"default_lakehouse": "1"}}
# META }

# MARKDOWN ********************

# # Title
# text

# PARAMETERS CELL ********************

n = 1

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

# MAGIC %%sql
# MAGIC SELECT 1
# MAGIC
# MAGIC   AS one

# METADATA ********************

# META {
# META   "language": "sparksql"
# META }

# CELL ********************

# MAGIC %%sparkr
# MAGIC print(1)

# CELL ********************

# MAGIC %%configure -f
# MAGIC {}

# CELL ********************

# MAGIC %%html
# MAGIC <b>

# CELL ********************

%pip install x

# CELL ********************

1 / 0

# METADATA ********************

# META {
# META   "language": "python", "frozen": true
# META }
"""
    found, metadata = read_fabric_notebook(text.replace("\n", "\r\n"), "/a")
    assert metadata["dependencies"]["lakehouse"]["default_lakehouse"] == "1"
    assert [cell.number for cell in found] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert cells(text) == [
        ("md", "# Title\ntext", False),
        ("python", "n = 1", True),
        ("sql", "SELECT 1\n\n  AS one", False),
        ("r", "print(1)", False),
        ("configure", "-f\n{}", False),
        ("python", "%%html\n<b>", False),
        ("python", "%pip install x", False),
        ("frozen", "1 / 0", False),
    ]


def test_when_the_source_is_sql_then_its_cells_are_sql_and_others_name_their_language() -> None:
    text = "-- Fabric notebook source\n\n-- CELL ********************\n\n-- a comment\nSELECT 1\n\n"
    text += "-- CELL ********************\n\n-- MAGIC %%pyspark\n-- MAGIC print(1)\n"
    assert cells(text) == [("sql", "-- a comment\nSELECT 1", False), ("python", "print(1)", False)]


def test_when_ipynb_then_tags_and_languages_come_from_the_metadata() -> None:
    document = {
        "metadata": {"language_info": {"name": "python"}},
        "cells": [
            {"cell_type": "markdown", "source": "# Title"},
            {"cell_type": "code", "source": ["n = 1\n", "m = 2"], "metadata": {"tags": ["parameters"]}},
            {"cell_type": "code", "source": "SELECT 1", "metadata": {"microsoft": {"language": "sparksql"}}},
            {"cell_type": "code", "source": "%%spark\nprintln(1)", "metadata": {"microsoft": {"language": "scala"}}},
            {"cell_type": "code", "source": "x", "metadata": {"run_control": {"frozen": True}}},
            {"cell_type": "code", "source": "", "metadata": {}},
        ],
    }
    assert cells("\ufeff" + json.dumps(document)) == [
        ("md", "# Title", False),
        ("python", "n = 1\nm = 2", True),
        ("sql", "SELECT 1", False),
        ("scala", "println(1)", False),
        ("frozen", "x", False),
    ]


@pytest.mark.parametrize("text", ["print(1)", "# Databricks notebook source\n1", '{"nbformat": 4}', "{"])
def test_when_the_text_is_not_a_notebook_of_fabric_then_one_sentence_says_so(text: str) -> None:
    with pytest.raises(NotANotebook, match=r"^Could not read /a as an? (ipynb )?notebook: "):
        read_fabric_notebook(text, "/a")


def test_when_configure_has_comments_and_parameters_then_they_are_read() -> None:
    found = read_configuration(
        """-f
{
    "driverMemory": "28g", // recommended
    "conf": {"a": {"parameterName": "rows", "defaultValue": "2000"}, "url": "https://x"},
    "defaultLakehouse": {"name": "Sales"},
}""",
        {"rows": 4000},
    )
    assert found.conf == {"a": "4000", "url": "https://x"}
    assert found.default_lakehouse == {"name": "Sales"}
    assert found.without_effect == ("driverMemory",)


@pytest.mark.parametrize(
    ("source", "why"),
    [('{"defaultLakhouse": {}}', 'did you mean "defaultLakehouse"?'), ("[]", "not a JSON object"), ("{", "not JSON")],
)
def test_when_configure_is_wrong_then_one_sentence_says_so(source: str, why: str) -> None:
    with pytest.raises(CellFailure) as failure:
        read_configuration(source, {})
    assert why in str(failure.value)
