/** Shorter values would blank out ordinary text. */
const shortest = 3;
/** The same for single lines of a value, and for what is encoded as base64. */
const shortestPart = 6;

/** Tokens that are issued all the time and that their form gives away: JSON Web Tokens. */
const tokenShape = String.raw`\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+`;

/**
 * The secrets that the workspace knows: what it keeps, what it issued, and what whoever runs a pipeline in it tells it. They are taken
 * out of what the workspace shows of itself at the moment of showing, so that a value that becomes known later is taken out too.
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

  /** Every known value in a text, in any of its forms, as `***`. */
  redact(text: string): string {
    if (this.#stale) {
      const literals = [...this.#forms].sort((a, b) => b.length - a.length).map(escapeRegExp);
      this.#pattern = new RegExp([tokenShape, ...literals].join("|"), "g");
      this.#stale = false;
    }
    return text.replace(this.#pattern, "***");
  }

  /** A path or a query. Clients differ in which characters they encode, so that each part is looked at decoded as well. */
  redactUrl(text: string): string {
    return this.redact(text).replace(/[^/?&=]+/g, (part) => {
      const decoded = decode(part.replaceAll("+", " "));
      const redacted = this.redact(decoded);
      return redacted === decoded ? part : encodeURIComponent(redacted);
    });
  }

  /** Every text in a JSON value, names included; a number that is a secret as a whole becomes a text. */
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

/** The value, its lines, and what JSON (also within JSON), a URL, a form and base64 make of each. */
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

/** With 0, 1 or 2 bytes before the value, without the characters that its neighbours change; in both alphabets. */
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
