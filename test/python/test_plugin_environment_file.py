"""The environment that pytest-fabric-spark gives to the tests in Fabric: that of test.env, without any secret."""

from __future__ import annotations

import base64
import os
import random
import string
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_fabric_spark.environment_file import environment_text, remote_environment, remote_file
from pytest_fabric_spark.platform import RemoteError
from pytest_fabric_spark.secret_patterns import is_secret_name, is_secret_value, may_be_secret

Read = Callable[[str], dict[str, str]]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def read(tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Read:
    """The environment for the tests of a project with a test.env, without what is always in it."""
    for name in [name for name in os.environ if name.startswith("FABRIC_TEST_")]:
        monkeypatch.delenv(name)

    def read(text: str) -> dict[str, str]:
        (tmp_path / "test.env").write_text(text, encoding="utf-8")
        environment = remote_environment(tmp_path, said.append)
        assert environment.pop("FABRIC_TEST_AUTH") == "notebookutils"
        assert environment.pop("FABRIC_TEST_SPARK_EXEC_MODE") == "remote"
        return environment

    return read


def test_when_there_is_no_file_then_the_tests_get_what_they_need_in_fabric(tmp_path, read, said):
    assert remote_environment(tmp_path, said.append) == {
        "FABRIC_TEST_AUTH": "notebookutils",
        "FABRIC_TEST_SPARK_EXEC_MODE": "remote",
    }
    assert said == []


def test_when_the_file_has_any_form_that_python_dotenv_reads_then_it_is_read_as_that_does(read, said):
    # What python-dotenv 1.2 made of the same text.
    text = r"""
# a comment
A=1
 export B = "two # not a comment" # a comment
C='it\'s \n raw'
D="tab\tline\nquote\"x"
E=plain value # a comment
F=a#b
G=
H
I=${A}-${NO_SUCH_NAME:-default}-${NO_SUCH_NAME}
J='${A}'
'K'=quoted name
L-1.x=dash
M=back\slash
N=#not a comment
O=a 'b' "c"
P="" # empty
"""
    assert read(f"\ufeff{text.replace(chr(10), chr(13) + chr(10))}") == {
        "A": "1",
        "B": "two # not a comment",
        "C": r"it's \n raw",
        "D": 'tab\tline\nquote"x',
        "E": "plain value",
        "F": "a#b",
        "G": "",
        "I": "1-default-",
        "J": "1",
        "K": "quoted name",
        "L-1.x": "dash",
        "M": r"back\slash",
        "N": "#not a comment",
        "O": "a 'b' \"c\"",
        "P": "",
    }
    assert said == []


def test_when_a_line_cannot_be_read_then_it_is_left_out_and_named_without_its_value(read, said):
    assert read("A=1\nthis: hidden\nB='hidden' hidden\nC=2\n") == {"A": "1", "C": "2"}
    assert said == [
        "Left out line 2 of test.env: it is not NAME=value.",
        "Left out B in line 3 of test.env: there is more after the closing quote.",
    ]


def test_when_a_value_has_several_lines_then_the_error_says_what_to_do(read):
    with pytest.raises(RemoteError) as error:
        read('A=1\nQUERY="select 1\nfrom b"\n')
    assert str(error.value) == (
        "Could not read QUERY in line 2 of test.env: its value does not end in that line; write it in one line, with \\n in "
        "double quotes for each line break, or remove it from test.env."
    )


def test_when_a_secret_has_several_lines_then_all_of_them_are_left_out(read, said):
    assert read("SIGNING_KEY='-----BEGIN KEY-----\nA=hidden\n-----END KEY-----'\nB=2\n") == {"B": "2"}
    assert said[0].startswith("Left out of the environment of the remote tests, because they may be secrets: SIGNING_KEY. ")


def test_when_variables_may_be_secrets_then_they_are_left_out_and_their_names_are_said(read, said):
    text = """
FABRIC_TEST_WORKSPACE_NAME=dev
FABRIC_TEST_CLIENT_SECRET=tiger-tiger
FABRIC_TEST_URL=https://dev:tiger@example.com
ALSO=${FABRIC_TEST_CLIENT_SECRET}
GREETING=hello tiger-tiger
FABRIC_TEST_AUTH=cli
FABRIC_TEST_SPARK_EXEC_MODE=mounted
PYTEST_ADDOPTS=--remote
"""
    assert read(text) == {"FABRIC_TEST_WORKSPACE_NAME": "dev"}
    assert said == [
        "Left out of the environment of the remote tests, because they may be secrets: FABRIC_TEST_CLIENT_SECRET, "
        "FABRIC_TEST_URL, ALSO, GREETING. Tests can read a secret there: from Azure Key Vault by "
        "notebookutils.credentials.getSecret in Fabric, from a secret scope by dbutils.secrets.get in Databricks."
    ]


def test_when_the_real_environment_has_a_variable_then_its_value_wins_and_fabric_test_variables_are_added(
    read, monkeypatch, said
):
    monkeypatch.setenv("REGION", "west")
    monkeypatch.setenv("FABRIC_TEST_LAKEHOUSE_NAME", "lake")
    monkeypatch.setenv("FABRIC_TEST_PASS", "tiger-tiger")
    monkeypatch.setenv("UNRELATED", "1")
    assert read("REGION=north\nPLACE=${REGION}\n") == {"REGION": "west", "PLACE": "west", "FABRIC_TEST_LAKEHOUSE_NAME": "lake"}
    assert "may be secrets: FABRIC_TEST_PASS. " in said[0]


def test_when_the_project_has_the_file_then_the_entry_point_writes_one_for_the_tests(tmp_path, read):
    read("A=1\n")
    assert remote_file(tmp_path) == "test.env.remote"


def test_when_the_file_is_not_text_then_the_error_says_so(tmp_path, said):
    (tmp_path / "test.env").write_bytes(b"A=\xff\n")
    with pytest.raises(RemoteError, match=r"Could not read test\.env of the project: it is not in UTF-8; save it in UTF-8\."):
        remote_environment(tmp_path, said.append)


SECRET_NAMES = """
SECRET CLIENT_SECRET clientSecret AZURE_CLIENTSECRET DB_PASSWORD dbPassword PASSWORD_2 PASSWD DB_PWD DB_PASS FABRIC_TEST_PASS
PASSPHRASE TOKEN ACCESS_TOKEN accessToken ACCESSTOKEN TOKENS GITHUB_TOKEN API_KEY APIKEY apiKey API_KEY_2 KEY KEY1
STORAGE_ACCOUNT_KEY ACCOUNTKEY SAS SAS_URL SASTOKEN CREDENTIALS AZURE_CREDENTIAL CONNECTION_STRING CONNECTIONSTRING
SQL_CONN_STR CERTIFICATE TLS_CERT PRIVATE_KEY PRIVATEKEY SHARED_ACCESS_SIGNATURE SIGNING_KEYS TEAMS_WEBHOOK AUTHORIZATION
ADO_PAT SESSION_COOKIE KEY_VAULT_SECRET JWT SHARED_ACCESS_POLICY AUTHKEY BEARER DB_CREDS OTP PASSCODE CLIENT_PEM CLIENT_PFX
BLOB_SIG SIGNATURE TOTP SIGNING_KEY SSHKEY
"""
PLAIN_NAMES = """
KEYSPACE CASSANDRA_KEYSPACE MONKEY DONKEY_FARM KEYBOARD TOKENIZER BYPASS COMPASS PASSENGERS SASKATOON PATH PATTERN PATIENTS
OPTION KEY_VAULT_NAME KEYVAULT AZURE_KEY_VAULT_URL SECRET_SCOPE FABRIC_TEST_AUTH AUTHOR FABRIC_TEST_WORKSPACE_NAME
FABRIC_TEST_LAKEHOUSE_ID CERTAIN SIGNAL REGION JAVA_HOME EMPTY
"""


@pytest.mark.parametrize("name", SECRET_NAMES.split())
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)
    assert may_be_secret(name, "tiger")
    assert not may_be_secret(name, "true"), "a switch is not a secret"
    assert not may_be_secret(name, "")


@pytest.mark.parametrize("name", PLAIN_NAMES.split())
def test_names_of_other_variables(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "value",
    [
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
        "-----BEGIN CERTIFICATE-----",
        "DefaultEndpointsProtocol=https;AccountName=dev;AccountKey=abc",
        "Endpoint=sb://dev.servicebus.windows.net/;SharedAccessKeyName=all;SharedAccessKey=abc",
        "Server=dev;Database=shop;User Id=sa;Password=abc;",
        "Driver=x;UID=sa;PWD={abc}",
        '{"user": "sa", "password": "abc"}',
        "--client-secret=abc",
        "https://dev.blob.core.windows.net/data?sv=2024-11-04&sp=r&sig=abc",
        "https://dev.azurewebsites.net/api/run?code=abc",
        "sig=abc",
        "https://sa:abc@example.com/shop",
        "postgresql://sa:abc@localhost/shop",
        "https://:abc@pkgs.dev.azure.com/contoso/_packaging/feed/pypi/simple",
        "Authorization: Bearer abc",
        "Bearer abcdefgh",
        "abc8Q~0123456789012345678901234567890",
        # Put together here, so that no scanner takes them for real ones.
        "ghp_" + "a" * 36,
        "github_pat_" + "a" * 82,
        "glpat-" + "a" * 20,
        "xoxb-" + "1" * 12,
        "dapi" + "a" * 32,
        "AKIA" + "A" * 16,
        "pypi-" + "a" * 64,
        "npm_" + "a" * 36,
    ],
)
def test_values_of_secrets(value: str) -> None:
    assert is_secret_value(value)


def test_random_values() -> None:
    chance = random.Random(14)
    letters = string.ascii_letters + string.digits

    def found(make: Callable[[], str]) -> int:
        return sum(is_secret_value(make()) for _ in range(300))

    assert found(lambda: "".join(chance.choices(letters, k=32))) > 290
    assert found(lambda: base64.b64encode(chance.randbytes(64)).decode()) > 295
    assert found(lambda: base64.urlsafe_b64encode(chance.randbytes(32)).decode()) > 290
    assert found(lambda: base64.b32encode(chance.randbytes(32)).decode().lower()) > 285
    assert found(lambda: chance.randbytes(16).hex()) == 300


@pytest.mark.parametrize(
    "value",
    [
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "https://app.fabric.microsoft.com/groups/0f8fad5b-d9cb-469f-a165-70867728950e/list",
        "x6eps4xrq2xudenlfv6naeo3i4-p5w2zd7t5z3ufk3k7jxu7h3v7e.datawarehouse.fabric.microsoft.com",
        "https://onelake.dfs.fabric.microsoft.com/workspace/lake.Lakehouse/Files",
        "abfss://container@account.dfs.core.windows.net/path",
        "/lakehouse/default/Files/TestDataOfTheNewCustomersInEurope2024",
        "this_is_a_long_name_of_a_table_with_many_words_2024",
        "DataEngineeringTestWorkspaceWestEurope",
        "ODBC Driver 18 for SQL Server",
        "Authentication=ActiveDirectoryServicePrincipal",
        "20240131120000123456789012345678",
        "http://localhost:8443/a@b",
        "one,two,three",
        "notebookutils",
    ],
)
def test_values_of_other_variables(value: str) -> None:
    assert not is_secret_value(value)


def test_when_a_value_is_long_then_it_is_judged_at_once() -> None:
    for part in ["a", "aB", "a.", "eyJ", "://a:", " token", "bearer ", "1", "-"]:
        is_secret_value(part * 20_000)


def test_the_text_of_the_file_for_the_tests() -> None:
    # python-dotenv 1.2 reads it as these values.
    values = {"A": "it's", "B": "a\\n", "C": "${A}", "D": ""}
    assert environment_text(values) == "A='it\\'s'\nB='a\\\\n'\nC='${:-$}{A}'\nD=''\n"
