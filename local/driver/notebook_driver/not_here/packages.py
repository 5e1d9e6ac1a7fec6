"""Packages that the platforms' runtimes bring and a notebook may import, by the name of the module.

Sources: Databricks Runtime 18 in https://github.com/databricks/environments/blob/main/python/dbr, the lists "Python libraries" of
its ML runtimes in https://docs.databricks.com/release-notes/runtime, and the runtimes 1.3 and 2.0 of Fabric in
https://github.com/microsoft/synapse-spark-runtime/tree/main/Fabric. What only Jupyter or another package uses is left out.
"""

from __future__ import annotations

import re

# Where the package has another name than its module.
_PACKAGES = {
    "PIL": "Pillow",
    "absl": "absl-py",
    "attr": "attrs",
    "azure": "azure-identity, or the package of azure that it imports,",
    "azure.core": "azure-core",
    "azure.identity": "azure-identity",
    "azure.keyvault": "azure-keyvault-secrets",
    "azure.storage.blob": "azure-storage-blob",
    "azure.storage.filedatalake": "azure-storage-file-datalake",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "databricks.agents": "databricks-agents",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "git": "GitPython",
    "google.auth": "google-auth",
    "google.cloud.storage": "google-cloud-storage",
    "google.protobuf": "protobuf",
    "jwt": "PyJWT",
    "langchain_core": "langchain-core",
    "langchain_openai": "langchain-openai",
    "opentelemetry": "opentelemetry-sdk",
    "pkg_resources": "setuptools",
    "psycopg2": "psycopg2-binary",
    "sentence_transformers": "sentence-transformers",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "websocket": "websocket-client",
    "yaml": "PyYAML",
}

_BOTH = """
PIL aiohttp attr azure azure.core azure.identity azure.storage.blob azure.storage.filedatalake black boto3 botocore cachetools
certifi chardet charset_normalizer click cloudpickle contourpy cryptography cycler dateutil defusedxml deprecated dotenv
fastapi filelock fontTools fsspec git google.auth google.protobuf httpx idna ipywidgets jinja2 jmespath joblib jsonpatch
jsonschema jwt kiwisolver markupsafe matplotlib mlflow msal multidict mypy nbformat nltk numba openpyxl opentelemetry optuna
packaging pathspec patsy pkg_resources platformdirs plotly prophet psutil pydantic pygments pyodbc pyparsing pytest pytz regex
requests rich scipy seaborn shap six sklearn sqlalchemy sqlparse starlette statsmodels tenacity threadpoolctl tokenizers
tornado tqdm transformers typing_extensions ujson urllib3 uvicorn websocket wrapt xgboost lightgbm yaml yarl zipp zstandard
torch catboost holidays accelerate datasets flask dask networkx sympy simplejson lxml
"""
_DATABRICKS = """
absl astunparse blinker bs4 cv2 databricks.agents dataclasses_json deltalake evaluate facets_overview google.cloud.storage
horovod httplib2 huggingface_hub hyperopt isodate keras langchain langchain_core langchain_openai litellm marshmallow mmh3
openai orjson petastorm psycopg2 pyiceberg ray rope sentence_transformers skimage spacy strictyaml tensorboard tensorflow
tiktoken torchvision typer uuid_utils virtualenv yapf
"""
_FABRIC = """
absl adlfs alembic azure.keyvault bs4 cmdstanpy colorlog convertdate dash flaml huggingface_hub imageio importlib_metadata
interpret joblibspark pandasql prettytable pydeequ pytorch_lightning responses retrying rouge_score ruamel.yaml safetensors
seqeval skimage slugify tensorboardX textdistance torchmetrics typeguard typer unidecode websockets workalendar xlrd
xlsxwriter xmltodict
"""

databricks = tuple(sorted({*_BOTH.split(), *_DATABRICKS.split()}))
fabric = tuple(sorted({*_BOTH.split(), *_FABRIC.split()}))


def missing(modules: tuple[str, ...]) -> str:
    """A regular expression for the error of an import of one of the modules."""
    longest_first = sorted(modules, key=len, reverse=True)
    return rf"ModuleNotFoundError: No module named '({'|'.join(map(re.escape, longest_first))})(?:\.[\w.]+)?'"


def package_of(module: str) -> str:
    """What pip installs for a module."""
    return _PACKAGES.get(module, module)
