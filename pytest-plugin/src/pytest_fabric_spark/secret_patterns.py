"""Which variables may contain a secret. A variable that is left out by mistake is noticed, and a secret that is sent is not."""

from __future__ import annotations

import re

# Words of a name that are enough, whatever is around them: CLIENTSECRET, DB_PASSWORD_2.
TELLING_PARTS = re.compile(
    "SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|CERTIFICATE|PRIVATE|CONNECTIONSTRING|CONNSTR|WEBHOOK|AUTHORIZATION|APIKEY|SHAREDACCESS"
)
# Words that say it only as a whole: KEYSPACE, TOKENIZER, MONKEY and BYPASS do not.
TELLING_WORDS = re.compile("AUTHKEY|BEARER|CERTS?|COOKIE|CREDS|JWT|KEYS?|OTP|PASS|PASSCODE|PAT|PEM|PFX|SAS|SIG|SIGNATURE|TOTP")
# Ends of words that were written together: ACCESSTOKEN, ACCOUNTKEY.
TELLING_ENDS = re.compile(
    "(TOKENS?|PWD|(ACCESS|ACCOUNT|ENCRYPTION|FUNCTION|HOST|LICENSE|MASTER|PRIMARY|SECONDARY|SHARED|SIGNING|SSH|STORAGE)KEYS?)$"
)
# The name of a vault or of a scope of secrets is no secret.
PLACES_OF_SECRETS = re.compile("KEY_?VAULTS?(?=_|$)|SECRET_?SCOPES?(?=_|$)")

# Values that are none, whatever the name says.
PLAIN_VALUES = re.compile(r"|\d|true|false|yes|no|on|off|none|null", re.IGNORECASE)
SECRET_VALUES = [
    # JSON Web Tokens
    re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}", re.ASCII),
    # PEM
    re.compile(r"-----BEGIN "),
    # Parts of connection strings, query strings, JSON and command lines
    re.compile(
        r"""(?:^|[^A-Za-z])(?:pwd|pass(?:word|wd|phrase)?|(?:user|db)password|accountkey|sharedaccess(?:key|signature)|sharedsecret
        |(?:client|app|shared)[_-]?secret|secret|(?:access|refresh|id|auth|bearer|sas)?[_-]?token|api[_-]?key|(?:access|account|shared)[_-]key
        |x-functions-key)["']?\s*[=:]\s*["']?[^\s"';&]""",
        re.IGNORECASE | re.VERBOSE,
    ),
    re.compile(r"[?&;](?:sig|signature|x-amz-signature|code|key)=", re.IGNORECASE),
    re.compile(r"^sig=|\bauthorization\s*[:=]|\b(?:bearer|basic)\s+[\w+/=.~-]{8,}", re.IGNORECASE),
    # user:password@ in an address
    re.compile(r"://[^/\s:@]*:[^/\s@]+@"),
    # Tokens that say what they are: Microsoft Entra ID (a client secret), GitHub, GitLab, Slack, Databricks, AWS, PyPI, npm
    re.compile(r"[\w~.-]{3}\dQ~[\w~.-]{31}|\bgh[opsur]_\w{20}|\bgithub_pat_\w{20}|\bglpat-[\w-]{20}|\bxox[abeprs]-", re.ASCII),
    re.compile(r"\bdapi[0-9a-f]{32}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bpypi-[\w-]{20}|\bnpm_\w{20}", re.ASCII),
]
IDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
# The address of a SQL endpoint of Fabric begins with random letters and digits.
HOSTS = re.compile(
    r"(?<![\w.-])[\w.-]{1,200}\.(?:(?:azure|azuredatabricks|microsoft|powerbi)\.(?:cn|com|net|us)|windows\.net"
    r"|(?:chinacloud|usgovcloud)api\.(?:cn|net))(?![\w-])",
    re.IGNORECASE,
)
LONG_RUN = re.compile(r"[A-Za-z0-9]{20,}")
LONG_BASE64 = re.compile(r"[\w+/=-]{24,}", re.ASCII)
LONG_HEX = re.compile(r"[0-9a-fA-F]{32,}")
WORD = re.compile("[A-Z]?[a-z]{3,}|[A-Z]{4,}|[0-9]{4,}")
# Some 20 % of random letters and digits are such words by chance; of names, most are.
LEAST_WORDS = 0.7
MOST_NUMBERS = 3


def may_be_secret(name: str, value: str) -> bool:
    """Whether a variable may contain a secret, by its name or by its value."""
    if PLAIN_VALUES.fullmatch(value):
        return False
    return is_secret_name(name) or is_secret_value(value)


def is_secret_name(name: str) -> bool:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+", "_", name).upper()
    words = PLACES_OF_SECRETS.sub("_", words)
    if TELLING_PARTS.search(words.replace("_", "")):
        return True
    separate = [word.rstrip("0123456789") for word in words.split("_")]
    return any(TELLING_WORDS.fullmatch(word) or TELLING_ENDS.search(word) for word in separate)


def is_secret_value(value: str) -> bool:
    return any(pattern.search(value) for pattern in SECRET_VALUES) or _has_random_text(value)


def _has_random_text(value: str) -> bool:
    """Whether a value has a long run of letters and digits that are no words. Ids and Microsoft's hosts do not count."""
    value = HOSTS.sub(" ", IDS.sub(" ", value))
    if any(not run.group().isdigit() for run in LONG_HEX.finditer(value)):
        return True
    runs = [run for run in LONG_RUN.findall(value) if not run.isdigit()]
    if any(len(re.findall("[0-9]+", run)) > MOST_NUMBERS for run in runs):
        return True
    # Random bytes in base64 have all three kinds of characters.
    runs += [run for run in LONG_BASE64.findall(value) if all(re.search(kind, run) for kind in ("[a-z]", "[A-Z]", "[0-9]"))]
    return any(sum(map(len, WORD.findall(run))) < LEAST_WORDS * len(run) for run in runs)
