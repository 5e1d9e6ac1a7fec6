import assert from "node:assert/strict";
import { SecretValues } from "../../local/emulator/secret-values.ts";

describe("the secrets that a local workspace knows", () => {
  const known = (...values: string[]) => {
    const secrets = new SecretValues();
    for (const value of values) secrets.add(value);
    return secrets;
  };
  const secret = 'p@ss "w\\ord"/é 100%';
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const forms: [what: string, text: string][] = [
    ["as they are", `pw=${secret}`],
    ["within JSON", JSON.stringify({ pw: secret })],
    ["within JSON within JSON", JSON.stringify(JSON.stringify({ pw: secret }))],
    ["in a URL", `?pw=${encodeURIComponent(secret)}`],
    ["in a form", new URLSearchParams({ pw: secret }).toString()],
    ["as base64", base64(secret)],
    ["as base64 after one byte", base64(`x${secret}`)],
    ["as base64 after two bytes", base64(`ab${secret}`)],
    ["as base64url", Buffer.from(`user:${secret}`).toString("base64url")],
  ];
  for (const [what, text] of forms)
    it(`known secrets are redacted ${what}`, () => {
      const redacted = known(secret).redact(text);
      assert.match(redacted, /\*\*\*/);
      for (const part of ["ord", base64(secret).slice(4, 12)]) assert(!redacted.includes(part), redacted);
    });

  it("known secrets are redacted in a path, however the client encodes it", () => {
    const strict = (text: string) => text.replace(/[^\w]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
    assert.equal(known("it's/(me)!").redactUrl(`/a/${strict("it's/(me)!")}/b`), "/a/***/b");
    assert.equal(known("two words").redactUrl("?q=two+words&r=1"), "?q=***&r=1");
  });

  it("redacting known secrets leaves a path without secrets unchanged", () => {
    const path = "/a%20b/100%/c+d?e=%C3%A9";
    assert.equal(known(secret).redactUrl(path), path);
  });

  it("known secrets are redacted in JSON: texts, names and whole numbers", () => {
    assert.deepEqual(
      known("hunter2", "123456").redactJson({ hunter2: [123456, 1234567, "a hunter2", null] }),
      {
        "***": ["***", 1234567, "a ***", null],
      },
    );
  });

  it("known secrets are redacted line by line if they have several", () => {
    assert.equal(known("-----BEGIN-----\nabcdefgh\n}").redact("} abcdefgh"), "} ***");
  });

  it("known secrets do not include values of fewer than three characters", () => {
    assert.equal(known("", "ab", " ").redact("ab c"), "ab c");
  });

  it("known secrets include every JSON Web Token", () => {
    assert.equal(known().redact("t eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln e"), "t *** e");
  });
});
