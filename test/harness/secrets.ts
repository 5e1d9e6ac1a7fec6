import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What the credentials of the local workspace look like, for secrets that a test cannot know because another process made them. */
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
 * Holds that a text shows no secret: neither one of the known values, line by line, plain, as base64 or as in a URL, nor anything
 * that looks like a credential of the workspace.
 * @param where names the text in the failure, which shows no more than a secret's beginning
 */
export function assertNoSecrets(where: string, text: string, known: readonly string[] = []): void {
  for (const secret of known)
    for (const part of secret.split(/\r?\n/).filter((line) => line.length >= shortestPart))
      for (const form of new Set([part, encodeURIComponent(part), Buffer.from(part).toString("base64")]))
        assert.ok(!text.includes(form), `${where} holds a secret (${part.slice(0, 3)}…)`);
  for (const [what, shape] of Object.entries(shapes)) {
    const found = shape.exec(text)?.[0];
    assert.ok(found === undefined, `${where} holds what looks like ${what} (${found?.slice(0, 6)}…)`);
  }
}

/** The same of every file below a folder, or of those whose path fits. Answers how many it read. */
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
