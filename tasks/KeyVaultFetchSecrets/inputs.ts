import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { isVariableName } from "../../shared/task/variable-names.ts";

export interface Inputs {
  /** Id of the service connection. */
  azureSubscription: string;
  /** Name or https URL. */
  keyVault: string;
  secrets: "all" | NamedSecret[];
}

export interface NamedSecret {
  secret: string;
  variable: string;
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    azureSubscription: host.requiredInput("azureSubscription"),
    keyVault: host.requiredInput("keyVault"),
    secrets: parseSecrets(host.requiredInput("secrets")),
  };
}

/** `*`, or names separated by commas or lines, each as `secret` or `secret=Variable`. */
export function parseSecrets(text: string): "all" | NamedSecret[] {
  const entries = text
    .split(/[,\r\n]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (entries.length === 1 && entries[0] === "*") return "all";
  const named = entries.map(parseEntry);
  for (const [index, { secret, variable }] of named.entries()) {
    const other = named
      .slice(0, index)
      .find((each) => each.variable.toLowerCase() === variable.toLowerCase());
    if (other)
      throw new InputError(
        `Input 'secrets' puts both '${other.secret}' and '${secret}' into the variable '${variable}': give one of them another name.`,
      );
  }
  return named;
}

function parseEntry(entry: string): NamedSecret {
  const [secret = "", variable = secret, ...more] = entry.split("=").map((part) => part.trim());
  if (more.length > 0 || !/^[0-9a-zA-Z-]{1,127}$/.test(secret))
    throw new InputError(
      `Input 'secrets' holds '${entry}': give each as secret or secret=Variable, where a secret's name has letters, digits and hyphens${
        secret === "*" ? " (* stands alone)" : ""
      }.`,
    );
  // A vault's names are fine as they are; one chosen here must not change what later steps run.
  if (variable !== secret && !isVariableName(variable))
    throw new InputError(
      `Input 'secrets' puts '${secret}' into the variable '${variable}': name it with letters, digits, '.', '_' and '-', beginning with a letter, and not as the system names its own.`,
    );
  return { secret, variable };
}
