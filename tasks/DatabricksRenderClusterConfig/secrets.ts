import { maskedForms } from "../../shared/task/masking.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";

/** Shorter ones stand in any text by chance. */
const shortestSearched = 6;
const shortestCompared = 4;

/**
 * Refuses a config that holds a secret: whoever may see the cluster may read its config. What Databricks itself fills in,
 * `{{secrets/scope/key}}`, is the way to give a cluster one.
 */
export function refuseSecrets(config: JsonObject, secrets: readonly string[]): void {
  const forms = secrets.map((secret) => ({ secret, forms: maskedForms(secret) }));
  for (const { path, text } of texts(config)) {
    const found = forms.some((each) => holds(text, each.forms) && !mayHold(path, text, each.secret));
    if (found)
      throw new Error(
        `Rendered the cluster config, whose field '${path.join(".")}' would hold the value of a secret variable, for everyone to read who sees the cluster; store it in a Databricks secret scope and write {{secrets/scope/key}} instead.`,
      );
  }
}

function holds(text: string, forms: readonly string[]): boolean {
  return forms.some((form) =>
    form.length >= shortestSearched ? text.includes(form) : form.length >= shortestCompared && text === form,
  );
}

/**
 * Ids are no secrets, though teams keep them in their key vault beside those: a pool's or a policy's id as a whole field,
 * and the client and tenant ids (GUIDs) of ADLS pass-through, whose endpoint is a URL with the tenant id in it.
 */
function mayHold(path: readonly string[], text: string, secret: string): boolean {
  const field = path.join(".");
  if (/^(driver_)?instance_pool_id$|^policy_id$/.test(field)) return text === secret;
  const isGuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(secret);
  return (
    isGuid &&
    /^spark_conf\..*\.oauth2\.client\.(id|endpoint)\b|^spark_env_vars\.\w*_(CLIENT|TENANT)_ID$/i.test(field)
  );
}

/** Every text in the config with the path to it; names of fields count as text too. */
function* texts(
  value: Json,
  path: readonly string[] = [],
): Generator<{ path: readonly string[]; text: string }> {
  if (typeof value === "string") yield { path, text: value };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* texts(item, [...path, String(index)]);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) {
      yield { path: [...path, "(name)"], text: key };
      yield* texts(item, [...path, key]);
    }
}
