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

  it("leave of a base64 text no more than its ends", () => {
    const secret = "a-much-longer-secret-value";
    const encoded = Buffer.from(`user:${secret}:rest`).toString("base64");
    const masked = maskedForms(secret).reduce((text, form) => text.replaceAll(form, "***"), encoded);
    const shown = Buffer.from(masked.replace(/\*+/g, ""), "base64").toString("latin1");
    for (let at = 0; at + 4 <= secret.length; at++) assert(!shown.includes(secret.slice(at, at + 4)));
  });
});
