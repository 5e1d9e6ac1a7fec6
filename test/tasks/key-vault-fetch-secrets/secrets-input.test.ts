import assert from "node:assert/strict";
import { type NamedSecret, parseSecrets } from "../../../tasks/KeyVaultFetchSecrets/inputs.ts";

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

  const version = "4387e9f3d6e14c459867679a90fd0f79";
  for (const [text, variable] of [
    [`a/${version}`, "a"],
    [` a/${version.toUpperCase()} = Old `, "Old"],
  ] as const)
    it(`reads the version of the input secrets ${JSON.stringify(text)}`, () => {
      const [secret, ...others] = parseSecrets(text) as NamedSecret[];
      assert.deepEqual(others, []);
      assert.equal(secret!.version?.toLowerCase(), version);
      assert.deepEqual([secret!.secret, secret!.variable], ["a", variable]);
    });

  for (const [text, problem] of [
    ["a/1", /'1' in 'a\/1' is not the version of a secret; give the version's identifier, which has 32 hex/],
    ["a/", /'' in 'a\/' is not the version of a secret/],
    [`a/${version}/b`, /is not of the form/],
    [`*/${version}`, /is not of the form .*; give \* alone/],
    [`a/${version}, a`, /both 'a\/4387e9f3d6e14c459867679a90fd0f79' and 'a' would set the variable 'a'/],
    [
      "a".repeat(128),
      /'a+' is not of the form secret, secret\/version or secret=Variable; give names of secrets/,
    ],
    ["a b", /'a b' is not of the form/],
    ["a_b", /'a_b' is not of the form/],
    ["a.b", /'a\.b' is not of the form/],
    ["ä", /'ä' is not of the form/],
    ["=X", /'=X' is not of the form/],
    ["a=b=c", /'a=b=c' is not of the form/],
    ["*=X", /'\*=X' is not of the form .*; give \* alone/],
    ["*, a", /'\*' is not of the form .*; give \* alone/],
    ["a=", /'a' would set '', which is not a variable that a task may set/],
    ["a=1x", /'a' would set '1x', which is not a variable that a task may set/],
    ["a=x y", /'a' would set 'x y', which is not a variable that a task may set/],
    ["a=Path", /'a' would set 'Path', which is not a variable that a task may set/],
    ["a=system.x", /'a' would set 'system\.x', which is not a variable that a task may set/],
    ["a=NODE_OPTIONS", /'a' would set 'NODE_OPTIONS', which is not a variable that a task may set/],
    ["a=X, b=x", /both 'a' and 'b' would set the variable 'x'/],
    ["a, b=A", /both 'a' and 'b' would set the variable 'A'/],
    ["a, a", /both 'a' and 'a' would set the variable 'a'/],
  ] as const)
    it(`refuses the input secrets ${JSON.stringify(text.slice(0, 40))}`, () =>
      assert.throws(() => parseSecrets(text), { name: "InputError", message: problem }));
});
