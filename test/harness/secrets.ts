import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The forms of the local workspace's credentials, for secrets that a test cannot know because another process made them. */
const shapes: Record<string, RegExp> = {
  "a Databricks token": /\bdapi[0-9a-f]{32}\b/,
  "a Databricks OAuth secret": /\bdose[0-9a-f]{32}\b/,
  "an Entra client secret": /[\w~.-]{3}8Q~[\w~.-]{34}/,
  "a JSON Web Token": /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+/,
  "a private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
};

/** Parts shorter than this would be found in ordinary text. */
const shortestPart = 6;

/**
 * Asserts that a text shows no secret: neither one of the known values, line by line and in any form of `secretIn`, nor anything that looks
 * like a credential of the workspace.
 * @param where names the text in the failure, which shows only the beginning of a secret
 */
export function assertNoSecrets(where: string, text: string, known: readonly string[] = []): void {
  for (const secret of known)
    for (const part of secret.split(/\r?\n/).filter((line) => line.length >= shortestPart)) {
      const form = secretIn(text, part);
      assert.ok(form === undefined, `${where} holds a secret (${part.slice(0, 3)}…) as ${form}`);
    }
  for (const [what, shape] of Object.entries(shapes)) {
    const found = shape.exec(text)?.[0];
    assert.ok(found === undefined, `${where} holds what looks like ${what} (${found?.slice(0, 6)}…)`);
  }
}

/**
 * The form in which a text shows a secret, or undefined if it does not: as plain text, as JSON, Python, a URL, HTML or XML write it, or
 * within base64 of either alphabet that begins anywhere before it. This decodes the text, unlike the tasks, which search for encoded secrets.
 */
export function secretIn(text: string, secret: string): string | undefined {
  for (const [form, decode] of Object.entries(decodings)) {
    // A report contains HTML within HTML, an answer JSON within JSON.
    const once = decode(text);
    if (once.includes(secret) || decode(once).includes(secret)) return form;
  }
  for (const [run] of text.matchAll(/[\w+/-]{8,}={0,2}/g))
    for (let start = 0; start < 4; start++)
      if (Buffer.from(run.slice(start), "base64").toString("utf8").includes(secret)) return "base64";
  return undefined;
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

const decodings: Record<string, (text: string) => string> = {
  "plain text": (text) => text,
  JSON: (text) =>
    text
      .replace(/\\u([0-9a-f]{4})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
      .replace(/\\(.)/g, "$1"),
  "a URL": (text) =>
    text
      .replaceAll("+", " ")
      .replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8")),
  markup: (text) =>
    text
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))
      .replace(/&#x([0-9a-f]+);/gi, (_, code) =>
        String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff)),
      )
      .replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name]!),
};

/** Asserts the same of every file below a folder, or of those whose path matches; returns how many it read. */
export function assertNoSecretsIn(
  folder: string,
  { known = [], files = /./ }: { known?: readonly string[]; files?: RegExp } = {},
): number {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => files.test(file));
  for (const file of found) assertNoSecrets(file, readFileSync(file, "latin1"), known);
  return found.length;
}
