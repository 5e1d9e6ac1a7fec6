import { maskedForms } from "./masking.ts";

/** For text from outside, such as a test's name or message. Shorter values appear in any text by chance. */
const shortestInText = 3;
/** For a whole document, whose own words (`test`, `name`) must not be taken for a secret. */
export const shortestInDocument = 6;

/**
 * Replaces secrets by `***` in everything that leaves a task by another way than the log, which the agent's own masker does not see.
 * Besides the forms of the log it knows secrets in which any character is escaped, as JSON, Python, URLs, HTML and XML do, once or several
 * times.
 */
export class SecretMask {
  readonly #known: () => readonly string[];
  #forms: readonly Form[] = [];
  #madeOf: readonly string[] | undefined;

  /** @param known returns the secrets: the same array until they change */
  constructor(known: () => readonly string[]) {
    this.#known = known;
  }

  mask(text: string, { shortest = shortestInText }: { shortest?: number } = {}): string {
    const known = this.#known();
    if (known !== this.#madeOf) {
      this.#madeOf = known;
      this.#forms = [...new Set(known.flatMap(maskedForms))].sort((a, b) => b.length - a.length).map(formOf);
    }
    let masked = text;
    for (const form of this.#forms)
      if (form.length >= shortest && masked.includes(form.core)) {
        form.pattern ??= new RegExp(inAnyEscape(form.text), "g");
        masked = masked.replace(form.pattern, "***");
      }
    return masked;
  }
}

interface Form {
  text: string;
  length: number;
  /** Its longest part that no escape changes: a text without it, which most are, is not searched any further. */
  core: string;
  pattern?: RegExp;
}

function formOf(text: string): Form {
  const parts = text.match(/[A-Za-z0-9]+/g) ?? [""];
  return { text, length: text.length, core: parts.reduce((a, b) => (b.length > a.length ? b : a)) };
}

const named: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };
const lettered: Record<string, string> = { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f" };

/**
 * An expression for the text in which each character except letters and digits may be escaped, up to three times in a row. Every
 * repetition in it is bounded, so that no text makes matching slow.
 */
function inAnyEscape(text: string): string {
  const parts = text.match(/[A-Za-z0-9]+|\\+|./gsu) ?? [];
  return parts
    .map((part) => {
      if (/^[A-Za-z0-9]/.test(part)) return part;
      return part.startsWith("\\") ? backslashes(part.length) : escapesOf(part);
    })
    .join("");
}

/** Each escaping doubles them all. */
function backslashes(count: number): string {
  const doubled = [8, 4, 2, 1].map((times) => `\\\\{${times * count}}`);
  return `(?:${[...doubled, `(?:%(?:25){0,3}5[cC]){${count}}`, `(?:&(?:amp;){0,3}#92;){${count}}`].join("|")})`;
}

function escapesOf(character: string): string {
  const code = character.codePointAt(0)!;
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const bytes = [...Buffer.from(character, "utf8")];
  const entity = (name: string) => `&(?:amp;){0,3}${name};`;
  const ways = [
    `\\\\{0,7}${escapeRegExp(character)}`,
    units.map((unit) => `\\\\{1,7}u${hex(unit, 4)}`).join(""),
    bytes.map((byte) => `%(?:25){0,3}${hex(byte, 2)}`).join(""),
    entity(`#0{0,4}${code}`),
    entity(`#[xX]0{0,4}${hex(code, 1)}`),
  ];
  if (character === "&") ways.unshift("&(?:amp;){1,3}");
  else if (named[character]) ways.push(entity(named[character]));
  if (lettered[character]) ways.push(`\\\\{1,7}${lettered[character]}`);
  if (code < 0x100) ways.push(`\\\\{1,7}x${hex(code, 2)}`);
  if (character === " ") ways.push("\\+");
  return `(?:${ways.join("|")})`;
}

/** Hexadecimal digits in either case. */
function hex(value: number, digits: number): string {
  return value
    .toString(16)
    .padStart(digits, "0")
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** Fields whose values are a document's own words, never text from outside. */
const ownWords = new Set(["schema", "kind", "outcome", "state", "platform", "digest", "sha256"]);

/** The same value with every text in it masked, also the names of properties that others chose. Dates stay as they are. */
export function maskTexts<T>(value: T, mask: (text: string) => string): T {
  return masked(value, mask, false) as T;
}

function masked(value: unknown, mask: (text: string) => string, namesToo: boolean): unknown {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map((item) => masked(item, mask, false));
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      namesToo ? mask(name) : name,
      ownWords.has(name) && !namesToo ? item : masked(item, mask, name === "properties"),
    ]),
  );
}
