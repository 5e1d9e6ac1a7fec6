import assert from "node:assert/strict";
import { SecretMasker } from "../../local/agent/commands/secret-masker.ts";

describe("SecretMasker", () => {
  const masker = (...secrets: string[]) => {
    const made = new SecretMasker();
    for (const secret of secrets) made.add(secret);
    return made;
  };

  const secret = 'p@ss "w\\ord" 100%';
  for (const [form, text] of [
    ["in plain text", secret],
    ["in a JSON string", JSON.stringify({ token: secret })],
    ["in a URL", `https://x/?t=${encodeURIComponent(secret)}`],
    ["with backslashes doubled", secret.replaceAll("\\", "\\\\")],
  ] as const)
    it(`the secret masker hides a secret ${form}`, () => {
      const masked = masker(secret).mask(text);
      assert(!masked.includes("ord"), masked);
      assert(masked.includes("***"), masked);
    });

  it("the secret masker hides all of the longer one if a secret contains another", () => {
    assert.equal(masker("abc", "abcdef").mask("abcdef abc"), "*** ***");
  });

  it("the secret masker hides a secret also without the white space around it", () => {
    assert.equal(masker("token\n").mask("the token."), "the ***.");
  });

  it("the secret masker hides each line of a secret of several lines", () => {
    assert.equal(masker("-----BEGIN-----\nabcdef\r\n    \n}").mask("abcdef     }"), "***     }");
  });

  it("the secret masker does not hide the Base64 form of a secret, like the agent", () => {
    const base64 = Buffer.from("hunter2!").toString("base64");
    assert.equal(masker("hunter2!").mask(base64), base64);
  });

  it("the secret masker ignores an empty secret", () => {
    assert.equal(masker("", " ").mask("a text"), "a text");
  });
});
