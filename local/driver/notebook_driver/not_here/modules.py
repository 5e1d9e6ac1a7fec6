"""Modules and classes that a platform's runtime brings."""

from __future__ import annotations

from notebook_driver.not_here.entry import DATABRICKS, NO_PIPELINES, ON_THE_PLATFORM, TEST_FUNCTIONS, NotHere

# Source: the lists "Installed Python libraries" of https://docs.databricks.com/release-notes/runtime/ (also of its ML runtimes).
_RUNTIME = (
    "azure|boto3|botocore|bs4|black|catboost|cryptography|cv2|dateutil|fsspec|google\\.protobuf|hyperopt|ipywidgets|jinja2|joblib|keras|lightgbm|"
    "matplotlib|mlflow|mlflow_skinny|nltk|openai|PIL|pkg_resources|plotly|prophet|psutil|psycopg2|pydantic|pyodbc|requests|scipy|seaborn|shap|"
    "simplejson|sklearn|spacy|sqlparse|statsmodels|tenacity|tensorflow|torch|torchvision|tqdm|transformers|xgboost|yaml"
)

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
        r"ml_features|koalas|model_monitoring|lakehouse_monitoring)|dbruntime|sempy|synapse|notebookutils|trident)[\w.]*)'",
        "import {0}",
        "the local workspace does not have this module",
        ON_THE_PLATFORM,
    ),
    NotHere(
        "Python packages of the runtime that are not installed: scikit-learn, matplotlib, PyYAML, requests, mlflow, …",
        rf"ModuleNotFoundError: No module named '({_RUNTIME})(?:\.[\w.]+)?'",
        "import {0}",
        "the local workspace does not install what the runtime of {platform} brings",
        "add %pip install {package} to the notebook, or make it a library of the cluster",
    ),
    NotHere(
        "Java and Scala classes of the platform, called by `spark._jvm`",
        r"TypeError: ('JavaPackage') object is not callable",
        "call the Java class",
        "the local Spark does not have it",
        "keep such calls out of what you test here",
    ),
)
