import assert from "node:assert/strict";
import { SecretMasker } from "../../local/agent/commands/secret-masker.ts";

describe("masking", () => {
  const masker = (...secrets: string[]) => {
    const made = new SecretMasker();
    for (const secret of secrets) made.add(secret);
    return made;
  };

  const secret = 'p@ss "w\\ord" 100%';
  for (const [form, text] of [
    ["as it is", secret],
    ["within JSON", JSON.stringify({ token: secret })],
    ["in a URL", `https://x/?t=${encodeURIComponent(secret)}`],
    ["with backslashes doubled", secret.replaceAll("\\", "\\\\")],
  ] as const)
    it(`hides a secret ${form}`, () => {
      const masked = masker(secret).mask(text);
      assert(!masked.includes("ord"), masked);
      assert(masked.includes("***"), masked);
    });

  it("hides the longer of two secrets whole", () => {
    assert.equal(masker("abc", "abcdef").mask("abcdef abc"), "*** ***");
  });

  it("hides a value without the spaces and line breaks around it", () => {
    assert.equal(masker("token\n").mask("the token."), "the ***.");
  });

  it("hides each line of a value that has several", () => {
    assert.equal(masker("-----BEGIN-----\nabcdef\r\n    \n}").mask("abcdef     }"), "***     }");
  });

  it("leaves base64 alone, as the agent does: whoever mints a token registers that form", () => {
    const base64 = Buffer.from("hunter2!").toString("base64");
    assert.equal(masker("hunter2!").mask(base64), base64);
  });

  it("is not upset by an empty secret", () => {
    assert.equal(masker("", " ").mask("a text"), "a text");
  });
});
