import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { firstDayErrors } from "./first-day-errors.ts";

const root = path.join(import.meta.dirname, "..", "..");

const quoted = [
  ...readFileSync(path.join(root, "docs", "troubleshooting.md"), "utf8").matchAll(/^> (.*)$/gm),
].map(([, message]) => message!);

/** What differs from run to run. */
const placeholder = /<[^>]*>/;

function matches(quote: string, message: string): boolean {
  const parts = quote.split(placeholder).map((part) => part.replaceAll(/[\\^$.|?*+()[\]{}]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(message);
}

/** Whether the sources contain each part of a message that does not differ from run to run; `couldNot` joins the clauses of an error. */
function isInSources(quote: string, sources: string): boolean {
  const parts = quote
    .replace(/^Could not /, "")
    .split(placeholder)
    .flatMap((part) => part.split(/: |; |[.?]$/))
    .map((part) => part.trim())
    .filter((part) => part.length >= 5);
  return parts.length > 0 && parts.every((part) => sources.includes(part));
}

describe("docs/troubleshooting.md", () => {
  let produced: string[];
  let sources: string;

  before(async () => {
    produced = await firstDayErrors();
    sources = ["shared", "tasks", "local"]
      .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"))
      .join("\n");
  });

  for (const quote of quoted)
    it(`the troubleshooting page quotes what the code writes: ${quote.slice(0, 150)}`, () => {
      assert.ok(
        produced.some((message) => matches(quote, message)) || isInSources(quote, sources),
        `${quote}\nis none of\n${produced.join("\n")}`,
      );
    });

  it("the troubleshooting page explains each error that a newcomer easily causes", () => {
    assert.deepEqual(
      produced.filter((message) => !quoted.some((quote) => matches(quote, message))),
      [],
    );
  });
});
