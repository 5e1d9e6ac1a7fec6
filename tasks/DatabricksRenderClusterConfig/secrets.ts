import { maskedForms } from "../../shared/task/masking.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import { isObject, type Json, type JsonObject } from "../../shared/text/json.ts";

/** The shortest secret that is searched for within a text. A shorter one may be part of a text by chance. */
const minSearchedLength = 6;
/** The shortest secret that is compared with a whole text. */
const minComparedLength = 4;

/**
 * Fails if a config contains a secret, because everyone who may see the cluster may read its config. A cluster gets secrets through
 * references `{{secrets/scope/key}}`, which Databricks resolves.
 */
export function refuseSecrets(config: JsonObject, secrets: readonly string[]): void {
  const forms = secrets.map((secret) => ({ secret, forms: maskedForms(secret) }));
  for (const { path, text } of textsOf(config)) {
    const hasSecret = forms.some(
      ({ secret, forms }) => contains(text, forms) && !mayContain(path, text, secret),
    );
    if (hasSecret)
      throw new Error(
        couldNot(
          "render the cluster config",
          `its field '${path.join(".")}' would contain the value of a secret variable, which everyone who sees the cluster can read`,
          "store the value in a Databricks secret scope and write {{secrets/scope/key}} instead",
        ),
      );
  }
}

function contains(text: string, forms: readonly string[]): boolean {
  return forms.some((form) =>
    form.length >= minSearchedLength
      ? text.includes(form)
      : form.length >= minComparedLength && text === form,
  );
}

/**
 * Whether a field may contain a secret variable's value because it is an id. Ids are not secret, although teams keep them in their key
 * vault. Allowed are the id of a pool or a policy as the whole field, and GUIDs in the fields of the client and tenant ids for ADLS, whose
 * endpoint is a URL that contains the tenant id.
 */
function mayContain(path: readonly string[], text: string, secret: string): boolean {
  const field = path.join(".");
  if (/^(driver_)?instance_pool_id$|^policy_id$/.test(field)) return text === secret;
  const isGuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(secret);
  return (
    isGuid &&
    /^spark_conf\..*\.oauth2\.client\.(id|endpoint)\b|^spark_env_vars\.\w*_(CLIENT|TENANT)_ID$/i.test(field)
  );
}

/** Every text in the config with its path, including the names of fields. */
function* textsOf(
  value: Json,
  path: readonly string[] = [],
): Generator<{ path: readonly string[]; text: string }> {
  if (typeof value === "string") yield { path, text: value };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* textsOf(item, [...path, String(index)]);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) {
      yield { path: [...path, "(name)"], text: key };
      yield* textsOf(item, [...path, key]);
    }
}
