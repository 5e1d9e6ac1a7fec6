/** A shorter value would mask half of the log. The agent has such a limit for the forms that it derives. */
const minLength = 2;

/**
 * Replaces known secrets by `***`, also in the encodings that the agent masks: as the content of a JSON string, as a URI component, and
 * with doubled backslashes. The agent does not mask Base64: a task that creates a token must register that form.
 */
export class SecretMasker {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;

  readonly #onAdd: (secret: string) => void;

  /** @param onAdd is called with every secret that is added */
  constructor(onAdd: (secret: string) => void = () => {}) {
    this.#onAdd = onAdd;
  }

  add(secret: string): void {
    const before = this.#forms.size;
    this.#onAdd(secret);
    // Output comes line by line, so each line of a secret is a secret too (InitializeSecretMasker in Worker.cs of the agent).
    const lines = secret.split(/\r\n|\r|\n/).map((line) => line.trim());
    for (const value of [secret, secret.trim(), ...lines])
      for (const form of [value, jsonContent(value), encodeUri(value), value.replaceAll("\\", "\\\\")])
        if (form.trim().length >= minLength) this.#forms.add(form);
    if (this.#forms.size !== before) this.#pattern = undefined;
  }

  mask(text: string): string {
    if (this.#forms.size === 0) return text;
    this.#pattern ??= new RegExp(
      [...this.#forms]
        .sort((a, b) => b.length - a.length)
        .map(escapeRegExp)
        .join("|"),
      "g",
    );
    return text.replace(this.#pattern, "***");
  }
}

function jsonContent(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function encodeUri(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return value; // a lone surrogate has no URI form
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
