/** Values this short would mask half the log; the agent has the same kind of floor for the forms it derives. */
const minLength = 2;

/**
 * Replaces known secrets by `***`, also in the encodings that the agent knows: as the inside of a JSON string, as a URI
 * component, with backslashes doubled. Base64 is not among them: whoever mints a token registers that form.
 */
export class SecretMasker {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;

  readonly #onAdd: (secret: string) => void;

  /** @param onAdd is told of every secret that becomes known */
  constructor(onAdd: (secret: string) => void = () => {}) {
    this.#onAdd = onAdd;
  }

  add(secret: string): void {
    const before = this.#forms.size;
    this.#onAdd(secret);
    // Output comes line by line, so that each line of a secret counts as one (InitializeSecretMasker in the agent's Worker.cs).
    const lines = secret.split(/\r\n|\r|\n/).map((line) => line.trim());
    for (const value of [secret, secret.trim(), ...lines])
      for (const form of [value, jsonInside(value), encodeUri(value), value.replaceAll("\\", "\\\\")])
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

function jsonInside(value: string): string {
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
