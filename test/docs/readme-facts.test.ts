import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "..", "..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const readMe = read("README.md");

describe("the README", () => {
  const words = /^## Words\n(.*?)^## /ms.exec(readMe)![1]!;
  for (const word of ["widget", "exit value", "pool", "ledger"])
    it(`the README explains the word ${word} before it uses it`, () => {
      assert.match(words, new RegExp(`^\\| ${word} \\|`, "m"));
      const before = readMe.slice(0, readMe.indexOf("## Words")).replaceAll(/!\[[^\]]*\]/g, "");
      assert.doesNotMatch(before, new RegExp(`\\b${word}s?\\b`, "i"));
    });

  for (const rival of ["Asset Bundles", "nutter", "dbx", "scripts"])
    it(`the README says what Notebook Ops does instead of ${rival}`, () => {
      const table = /^## When to use it, and when not\n(.*?)^## /ms.exec(readMe)![1]!;
      assert.match(table, new RegExp(`^\\| [^|]*${rival}`, "m"));
    });

  it("the README names the versions that are in use", () => {
    const node = (JSON.parse(read("package.json")) as { engines: { node: string } }).engines.node.replace(
      ">=",
      "",
    );
    const requirement = (name: string) =>
      new RegExp(`^${name}==(\\d+\\.\\d+)`, "m").exec(read("local/driver/requirements.txt"))![1];
    assert.ok(readMe.includes(`Node ${node} or newer`), node);
    assert.ok(
      readMe.includes(`Spark ${requirement("pyspark")} with Delta Lake ${requirement("delta-spark")}`),
    );
  });

  it("the README does not count a task that exists as not supported", () => {
    const unsupported = /^\*\*Not supported:\*\* (.*?)\n\n/ms.exec(readMe)![1]!;
    assert.equal(/Fabric/.test(unsupported), !/\[Fabric\w+\]\(docs\/tasks\.md/.test(readMe));
  });
});
