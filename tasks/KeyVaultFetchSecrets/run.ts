import { connectIdentity } from "../../shared/azure/identity.ts";
import { KeyVault } from "../../shared/azure/key-vault.ts";
import { mapBounded } from "../../shared/concurrency/bounded.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { loadInputs, type NamedSecret, nameOf } from "./inputs.ts";
import { setSecretVariable } from "./secret-variable.ts";

const maxConcurrency = 8; // a vault allows some 400 requests a second, from all its clients together

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const identity = await connectIdentity(host, "azureSubscription");
  const vault = await KeyVault.open(host, identity, inputs.keyVault);
  const wanted = inputs.secrets === "all" ? await usableSecrets(host, vault) : inputs.secrets;
  const fetched = await mapBounded(wanted, maxConcurrency, async (named) => ({
    ...(await vault.get(named.secret, named.version)),
    name: nameOf(named),
    variable: named.variable,
  }));
  // Set only when all were fetched: a failed step leaves none of them behind.
  for (const secret of fetched) {
    if (secret.unusable)
      host.log.warning(
        `Secret '${secret.name}' ${secret.unusable}; it is used nevertheless, because the input names it.`,
      );
    setSecretVariable(host, secret, inputs);
  }
  host.log.line(
    `Fetched ${fetched.length} ${fetched.length === 1 ? "secret" : "secrets"} from ${vault.host}.`,
  );
}

async function usableSecrets(host: TaskHost, vault: KeyVault): Promise<NamedSecret[]> {
  const secrets = await vault.list();
  for (const { name, unusable } of secrets)
    if (unusable) host.log.line(`Skipped secret '${name}': it ${unusable}.`);
  return secrets.filter(({ unusable }) => !unusable).map(({ name }) => ({ secret: name, variable: name }));
}
