"""Modules and classes that a platform's runtime brings."""

from __future__ import annotations

from notebook_driver.not_here import packages
from notebook_driver.not_here.entry import DATABRICKS, FABRIC, NO_PIPELINES, ON_THE_PLATFORM, TEST_FUNCTIONS, NotHere

_NOT_INSTALLED = "the local workspace does not install what the runtime of {platform} brings"
_INSTALL = "add %pip install {package} to the notebook, or make it a library of the cluster"

modules: tuple[NotHere, ...] = (
    NotHere(
        "`dlt` and other modules for pipelines",
        r"ModuleNotFoundError: No module named '(dlt|databricks\.(?:dlt|pipelines))'",
        "import {0}",
        NO_PIPELINES,
        TEST_FUNCTIONS,
        platforms=DATABRICKS,
    ),
    NotHere(
        "modules such as `databricks.feature_engineering`, `databricks.automl` and `sempy`",
        r"No module named '((?:databricks\.(?:feature_engineering|feature_store|automl|automl_runtime|connect|vector_search|"
        r"ml_features|koalas|model_monitoring|lakehouse_monitoring)|dbruntime|sempy|synapse|notebookutils|trident|fabric|delta_sharing"
        r"|geoanalytics_fabric|powerbiclient|pyspark\.(?:pandas\.usage_logging|dbutils))\b[\w.]*)'",
        "import {0}",
        "the local workspace does not have this module",
        ON_THE_PLATFORM,
    ),
    NotHere(
        "Python packages of Databricks Runtime that are not installed: scikit-learn, matplotlib, PyYAML, requests, mlflow, …",
        packages.missing(packages.databricks),
        "import {0}",
        _NOT_INSTALLED,
        _INSTALL,
        platforms=DATABRICKS,
    ),
    NotHere(
        "Python packages of Fabric's runtime that are not installed",
        packages.missing(packages.fabric),
        "import {0}",
        _NOT_INSTALLED,
        "add %pip install {package} to the notebook, which a run on Fabric allows with the parameter _inlineInstallationEnabled",
        platforms=FABRIC,
    ),
    NotHere(
        "Java and Scala classes of the platform, called by `spark._jvm`",
        r"TypeError: ('JavaPackage') object is not callable",
        "call the Java class",
        "the local Spark does not have it",
        "keep such calls out of what you test here",
    ),
)
