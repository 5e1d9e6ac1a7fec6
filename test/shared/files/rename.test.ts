import assert from "node:assert/strict";
import { rename } from "../../../shared/files/rename.ts";

describe("renaming a file that another program has open", () => {
  /** Fails as often as there are codes. */
  const failing = (...codes: string[]) => {
    const attempts: string[] = [];
    const act = async (from: unknown, to: unknown) => {
      attempts.push(`${from} ${to}`);
      const code = codes.shift();
      if (code !== undefined) throw Object.assign(new Error(code), { code });
    };
    return { act, attempts };
  };

  for (const code of ["EPERM", "EACCES", "EBUSY"])
    it(`a rename is repeated after ${code} on Windows`, async () => {
      const { act, attempts } = failing(code, code);
      await rename("a", "b", { act, platform: "win32" });
      assert.deepEqual(attempts, ["a b", "a b", "a b"]);
    });

  it("a rename fails with the last error if the file stays open", async () => {
    const { act, attempts } = failing(...Array.from({ length: 20 }, () => "EBUSY"));
    await assert.rejects(rename("a", "b", { act, platform: "win32" }), { code: "EBUSY" });
    assert.equal(attempts.length, 7);
  });

  it("a rename is not repeated after another error, nor on another system", async () => {
    for (const [code, platform] of [
      ["ENOENT", "win32"],
      ["EPERM", "linux"],
      ["EACCES", "darwin"],
    ] as const) {
      const { act, attempts } = failing(code);
      await assert.rejects(rename("a", "b", { act, platform }), { code });
      assert.equal(attempts.length, 1);
    }
  });
});
