/** Shorter values are not redacted: they would be found in ordinary text. */
const shortest = 3;
/** The same limit for single lines of a value and for base64. */
const shortestPart = 6;

/** JSON Web Tokens: there are too many to remember, and their form is enough to find them. */
const tokenShape = String.raw`\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+`;

/**
 * The secrets that the workspace knows: those that it stores, those that it issued, and those of the pipeline that runs in it. They are
 * removed when something is shown, not when it is recorded, so that a value that becomes known later is removed too.
 */
export class SecretValues {
  readonly #forms = new Set<string>();
  #pattern = new RegExp(tokenShape, "g");
  #stale = false;

  add(value: string): void {
    const before = this.#forms.size;
    for (const form of formsOf(value)) this.#forms.add(form);
    this.#stale ||= this.#forms.size !== before;
  }

  /** Replaces each known value in a text, in any of its forms, by `***`. */
  redact(text: string): string {
    if (this.#stale) {
      const literals = [...this.#forms].sort((a, b) => b.length - a.length).map(escapeRegExp);
      this.#pattern = new RegExp([tokenShape, ...literals].join("|"), "g");
      this.#stale = false;
    }
    return text.replace(this.#pattern, "***");
  }

  /** The same for a path or a query. Clients encode different characters, so each part is searched decoded, too. */
  redactUrl(text: string): string {
    return this.redact(text).replace(/[^/?&=]+/g, (part) => {
      const decoded = decode(part.replaceAll("+", " "));
      const redacted = this.redact(decoded);
      return redacted === decoded ? part : encodeURIComponent(redacted);
    });
  }

  /** The same for every text in a JSON value, names included, and for a number that is itself a secret. */
  redactJson(value: unknown): unknown {
    if (typeof value === "string") return this.redact(value);
    if (typeof value === "number") return this.#forms.has(String(value)) ? "***" : value;
    if (Array.isArray(value)) return value.map((item) => this.redactJson(item));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [this.redact(name), this.redactJson(item)]),
    );
  }
}

/** The value and its lines, each plain and as JSON, JSON within JSON, a URL, a form and base64 encode it. */
function formsOf(secret: string): string[] {
  const lines = secret.split(/\r\n|\r|\n/).map((line) => line.trim());
  const parts = [
    secret,
    secret.trim(),
    ...(lines.length > 1 ? lines.filter(({ length }) => length >= shortestPart) : []),
  ];
  return [...new Set(parts)]
    .filter(({ length }) => length >= shortest)
    .flatMap((part) => {
      const inJson = jsonInside(part);
      const inUrl = encodeUrl(part);
      const encoded = part.length < shortestPart ? [] : base64AtThreeOffsets(part);
      return [part, inJson, jsonInside(inJson), inUrl, inUrl.replaceAll("%20", "+"), ...encoded];
    });
}

function jsonInside(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** The base64 of the value after 0, 1 or 2 other bytes, without the characters that the neighbours change; in both alphabets. */
function base64AtThreeOffsets(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  return [0, 1, 2].flatMap((offset) => {
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64url")
      .slice(first, last);
    return [text, text.replaceAll("-", "+").replaceAll("_", "/")];
  });
}

function encodeUrl(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // a lone surrogate has no URL form
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
