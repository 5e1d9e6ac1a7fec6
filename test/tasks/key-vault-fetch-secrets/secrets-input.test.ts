import assert from "node:assert/strict";
import { parseSecrets } from "../../../tasks/KeyVaultFetchSecrets/inputs.ts";

describe("KeyVaultFetchSecrets and its input secrets", () => {
  const named = (...names: [secret: string, variable?: string][]) =>
    names.map(([secret, variable = secret]) => ({ secret, variable }));
  for (const [text, expected] of [
    ["*", "all"],
    [" * \n", "all"],
    ["a", named(["a"])],
    ["a,b\r\nc\n,\n", named(["a"], ["b"], ["c"])],
    [" a = PoolId ", named(["a", "PoolId"])],
    ["a=B.c_d-e", named(["a", "B.c_d-e"])],
    ["a=a", named(["a"])],
    ["1-2", named(["1-2"])],
    ["path", named(["path"])], // the name of a secret in the vault is not changed
    ["a".repeat(127), named(["a".repeat(127)])],
    ["a=X, a=Y", named(["a", "X"], ["a", "Y"])],
  ] as const)
    it(`reads the input secrets ${JSON.stringify(text.slice(0, 40))}`, () =>
      assert.deepEqual(parseSecrets(text), expected));

  for (const [text, problem] of [
    ["a".repeat(128), /holds 'a+': give each as secret or secret=Variable/],
    ["a b", /holds 'a b'/],
    ["a_b", /holds 'a_b'/],
    ["a.b", /holds 'a\.b'/],
    ["ä", /holds 'ä'/],
    ["=X", /holds '=X'/],
    ["a=b=c", /holds 'a=b=c'/],
    ["*=X", /holds '\*=X'.*\(\* stands alone\)/],
    ["*, a", /holds '\*'.*\(\* stands alone\)/],
    ["a=", /puts 'a' into the variable ''/],
    ["a=1x", /puts 'a' into the variable '1x'/],
    ["a=x y", /puts 'a' into the variable 'x y'/],
    ["a=Path", /puts 'a' into the variable 'Path'/],
    ["a=system.x", /puts 'a' into the variable 'system\.x'/],
    ["a=NODE_OPTIONS", /puts 'a' into the variable 'NODE_OPTIONS'/],
    ["a=X, b=x", /puts both 'a' and 'b' into the variable 'x'/],
    ["a, b=A", /puts both 'a' and 'b' into the variable 'A'/],
    ["a, a", /puts both 'a' and 'a' into the variable 'a'/],
  ] as const)
    it(`refuses the input secrets ${JSON.stringify(text.slice(0, 40))}`, () =>
      assert.throws(() => parseSecrets(text), { name: "InputError", message: problem }));
});
