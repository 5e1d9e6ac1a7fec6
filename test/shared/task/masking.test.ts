import assert from "node:assert/strict";
import { maskedForms } from "../../../shared/task/masking.ts";

describe("the masked forms of a secret", () => {
  it("the masked forms of a secret include the value itself", () => {
    assert(maskedForms("abc").includes("abc"));
  });

  it("the masked forms of a secret include each line of six or more characters, and no shorter one", () => {
    const forms = maskedForms("first line\r\nab\nthird line\n");
    assert(forms.includes("first line") && forms.includes("third line"));
    assert(!forms.includes("ab"));
  });

  it("the masked forms of a secret do not exist for an empty value", () => {
    assert.deepEqual([...maskedForms(""), ...maskedForms(" \n")], []);
  });

  it("the masked forms of a secret include its base64, whatever text is before and after it", () => {
    const secret = "hunter2-hunter2?~";
    for (const before of ["", "u", "us", "use", "user:"])
      for (const after of ["", "x", "xy", "\n"]) {
        const encoded = Buffer.from(before + secret + after).toString("base64");
        assert(
          maskedForms(secret).some((form) => encoded.includes(form)),
          `${before}…${after}`,
        );
      }
  });

  it("the masked forms of a secret cover all of its base64 except the characters that also encode its neighbours", () => {
    const secret = Array.from({ length: 300 }, (_, at) => String.fromCharCode(33 + ((at * 7) % 90))).join("");
    const base64 = (text: string) => Buffer.from(text).toString("base64").replace(/=+$/, "");
    for (const before of ["user:", "users:", "a user:"]) {
      const after = ":rest";
      const masked = maskedForms(secret).reduce(
        (text, form) => text.replaceAll(form, ""),
        base64(before + secret + after),
      );
      const shared = 1; // a character can hold bits of the secret and of what follows
      assert.ok(masked.length <= base64(before).length + base64(after).length + shared, masked);
    }
  });
});
