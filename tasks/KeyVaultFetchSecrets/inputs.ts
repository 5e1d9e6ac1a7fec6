import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { isVariableName } from "../../shared/task/variable-names.ts";
import { couldNot } from "../../shared/text/could-not.ts";

interface Inputs {
  /** Id of the service connection. */
  azureSubscription: string;
  /** Name or https URL. */
  keyVault: string;
  secrets: "all" | NamedSecret[];
  setOutputs: boolean;
}

export interface NamedSecret {
  secret: string;
  /** The newest one if it is not given. */
  version?: string;
  variable: string;
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    azureSubscription: host.requiredInput("azureSubscription"),
    keyVault: host.requiredInput("keyVault"),
    secrets: parseSecrets(host.requiredInput("secrets")),
    setOutputs: host.booleanInput("setOutputs"),
  };
}

/** `*`, or names separated by commas or lines, each as `secret`, `secret/version`, `secret=Variable` or `secret/version=Variable`. */
export function parseSecrets(text: string): "all" | NamedSecret[] {
  const entries = text
    .split(/[,\r\n]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (entries.length === 1 && entries[0] === "*") return "all";
  const named = entries.map(parseEntry);
  for (const [index, { variable }] of named.entries()) {
    const other = named
      .slice(0, index)
      .find((each) => each.variable.toLowerCase() === variable.toLowerCase());
    if (other)
      throw unusable(
        `both '${nameOf(other)}' and '${nameOf(named[index]!)}' would set the variable '${variable}'`,
        "give one of them another variable",
      );
  }
  return named;
}

/** As the input names it. */
export function nameOf({ secret, version }: Pick<NamedSecret, "secret" | "version">): string {
  return version === undefined ? secret : `${secret}/${version}`;
}

function parseEntry(entry: string): NamedSecret {
  const [name = "", ...variables] = entry.split("=").map((part) => part.trim());
  const [secret = "", version, ...more] = name.split("/");
  const variable = variables[0] ?? secret;
  if (variables.length > 1 || more.length > 0 || !/^[0-9a-zA-Z-]{1,127}$/.test(secret))
    throw unusable(
      `'${entry}' is not of the form secret, secret/version or secret=Variable`,
      secret === "*"
        ? "give * alone, or the names of secrets"
        : "give names of secrets, which have letters, digits and hyphens",
    );
  // https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#objects-identifiers-and-versioning
  if (version !== undefined && !/^[0-9a-f]{32}$/i.test(version))
    throw unusable(
      `'${version}' in '${entry}' is not the version of a secret`,
      "give the version's identifier, which has 32 hexadecimal digits",
    );
  // The vault's own names are safe; a name chosen here must not change what later steps run.
  if (variable !== secret && !isVariableName(variable))
    throw unusable(
      `'${secret}' would set '${variable}', which is not a variable that a task may set`,
      "give letters, digits, '.', '_' and '-', beginning with a letter, and not a name that the system uses",
    );
  return { secret, ...(version === undefined ? {} : { version }), variable };
}

function unusable(problem: string, advice: string): InputError {
  return new InputError(couldNot("use the input 'secrets'", problem, advice));
}
