import { maskedForms } from "./masking.ts";
import { SecretMask } from "./secret-mask.ts";
import { quietly, tl } from "./task-lib.ts";

/** The values that this process must not show: those added, the secret variables of the job, and the job's own token. */
export class KnownSecrets {
  readonly mask = new SecretMask(() => this.known());
  readonly #added = new Set<string>();
  #known: readonly string[] | undefined;

  add(value: string): void {
    if (value === "" || this.#added.has(value)) return;
    this.#added.add(value);
    this.#known = undefined;
    for (const form of maskedForms(value)) tl.command("task.setsecret", {}, form);
  }

  known(): readonly string[] {
    this.#known ??= [...new Set([...this.#added, ...secretVariables(), accessToken() ?? ""])].filter(
      (value) => value !== "",
    );
    return this.#known;
  }
}

/** The token of the running job, for Azure DevOps itself. */
export function accessToken(): string | undefined {
  return quietly(() => tl.getEndpointAuthorizationParameter("SYSTEMVSSCONNECTION", "AccessToken", true));
}

function secretVariables(): string[] {
  return quietly(() => tl.getVariables())
    .filter((variable) => variable.secret && variable.value)
    .map((variable) => variable.value);
}
