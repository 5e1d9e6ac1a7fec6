/** Replaces the secrets that a notebook has read by [REDACTED] in what it shows, as the platform does. */
export class Redaction {
  #secrets: string[] = [];

  add(secret: string): void {
    if (secret && !this.#secrets.includes(secret))
      this.#secrets = [...this.#secrets, secret].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, "[REDACTED]"), text);
  }

  /** Every string in a JSON value. */
  value<T>(value: T): T {
    if (this.#secrets.length === 0) return value;
    if (typeof value === "string") return this.text(value) as T;
    if (Array.isArray(value)) return value.map((entry) => this.value(entry)) as T;
    if (value && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, this.value(entry)])) as T;
    return value;
  }

  /** For a stream: keeps back the end of a chunk while it can be the beginning of a secret. */
  stream(): (text: string, last: boolean) => string {
    let held = "";
    return (text, last) => {
      const all = this.text(held + text);
      const keep = last ? 0 : this.#beginning(all);
      held = keep ? all.slice(-keep) : "";
      return keep ? all.slice(0, -keep) : all;
    };
  }

  /** The length of the longest end of `text` that is the beginning of a secret. */
  #beginning(text: string): number {
    let longest = 0;
    for (const secret of this.#secrets)
      for (let length = Math.min(secret.length - 1, text.length); length > longest; length--)
        if (text.endsWith(secret.slice(0, length))) longest = length;
    return longest;
  }
}
