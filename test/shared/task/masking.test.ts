import assert from "node:assert/strict";
import { base64AtThreeOffsets, maskedForms } from "../../../shared/task/masking.ts";

describe("the masked forms of a secret", () => {
  it("hold the value itself", () => {
    assert(maskedForms("abc").includes("abc"));
  });

  it("hold each line of six or more characters, and no shorter one", () => {
    const forms = maskedForms("first line\r\nab\nthird line\n");
    assert(forms.includes("first line") && forms.includes("third line"));
    assert(!forms.includes("ab"));
  });

  it("are none for nothing", () => {
    assert.deepEqual([...maskedForms(""), ...maskedForms(" \n")], []);
  });

  it("hold what base64 makes of it, whatever stands before and after", () => {
    const secret = "hunter2-hunter2?~";
    for (const before of ["", "u", "us", "use", "user:"])
      for (const after of ["", "x", "xy", "\n"]) {
        const encoded = Buffer.from(before + secret + after).toString("base64");
        assert(
          base64AtThreeOffsets(secret).some((form) => encoded.includes(form)),
          `${before}…${after}`,
        );
      }
  });

  it("leave of a base64 text no more than what its neighbours have a part in", () => {
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
