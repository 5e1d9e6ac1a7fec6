import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { assertNoSecrets, assertNoSecretsIn } from "./secrets.ts";

describe("the search for secrets in what a test leaves", () => {
  const secret = "s3cret/of the vault";
  const shown: [what: string, text: string][] = [
    ["as plain text", `login with ${secret} failed`],
    ["as base64", `Authorization: Basic ${Buffer.from(secret).toString("base64")}`],
    ["as in a URL", `https://user:${encodeURIComponent(secret)}@host/`],
  ];
  for (const [what, text] of shown)
    it(`the search for secrets finds a known secret ${what}`, () => {
      assert.throws(
        () => assertNoSecrets("a log", text, [secret]),
        /^AssertionError.*: a log holds a secret \(s3c…\) as /,
      );
    });

  it("the search for secrets finds one line of a secret of several lines", () => {
    assert.throws(() => assertNoSecrets("a log", "…second line…", ["first line\nsecond line"]));
  });

  const foreign = {
    "a Databricks token": `dapi${"0123456789abcdef".repeat(2)}`,
    "a Databricks OAuth secret": `dose${"0123456789abcdef".repeat(2)}`,
    "an Entra client secret": `abc8Q~${"x".repeat(34)}`,
    "a JSON Web Token": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "a private key": "-----BEGIN PRIVATE KEY-----",
  };
  for (const [what, text] of Object.entries(foreign))
    it(`the search for secrets finds ${what} of another process by its form`, () => {
      assert.throws(() => assertNoSecrets("a log", `x ${text} y`), new RegExp(`looks like ${what} `));
    });

  it("the search for secrets shows only the beginning of a secret that it finds", () => {
    const error = (() => {
      try {
        assertNoSecrets("a log", foreign["a JSON Web Token"], []);
      } catch (caught) {
        return String(caught);
      }
      return "";
    })();
    assert.match(error, /\(eyJhbG…\)$/);
  });

  it("the search for secrets accepts masked secrets", () => {
    assertNoSecrets("a log", "login with *** failed; dapi*** and eyJ…", [secret]);
  });

  it("the search for secrets searches every file below a folder", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "secrets-"));
    try {
      writeFileSync(path.join(folder, "clean.log"), "nothing");
      assert.equal(assertNoSecretsIn(folder, { known: [secret] }), 1);
      writeFileSync(path.join(folder, "leak.log"), `\0${secret}`);
      assert.throws(() => assertNoSecretsIn(folder, { known: [secret] }), /leak\.log holds a secret/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
