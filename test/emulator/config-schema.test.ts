import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { workspaceConfig } from "../../local/emulator/config.ts";
import { readConfig } from "../../local/emulator/config-schema/read-config.ts";
import { type Fields, number, required, text } from "../../local/emulator/config-schema/schema.ts";

const root = path.join(import.meta.dirname, "../..");
const read = (content: string) => readConfig(content, workspaceConfig);
const problemsOf = (content: string) =>
  read(content).problems.map(({ line, message }) => `${line}: ${message}`);

describe("the local workspace's config", () => {
  it("the local workspace's config is read as it is written", () => {
    const content = `
variableGroups: { staging: { VERSION: 1.10, FLAG: true, EMPTY: "", URL: "\${databricksUrl}" } }
serviceConnections:
  azure: &azure { type: azurerm, scheme: federated, inDatabricks: false, inFabric: false, keyVaultPermissions: [get, list] }
  same: *azure
keyVault:
  secrets: { plain: 0012, full: { value: x, enabled: false, expires: 2030-01-31, notBefore: 1700000000, tags: { a: 1 } } }
databricks:
feeds: [weather, project/weather]
latencyMs: 0.5
`;
    const azure = {
      type: "azurerm",
      scheme: "federated",
      inDatabricks: false,
      inFabric: false,
      keyVaultPermissions: ["get", "list"],
    };
    assert.deepEqual(read(content), {
      problems: [],
      config: {
        variableGroups: {
          staging: { VERSION: "1.10", FLAG: "true", EMPTY: "", URL: `\${databricksUrl}` },
        },
        serviceConnections: { azure, same: azure },
        keyVault: {
          secrets: {
            plain: "0012",
            full: {
              value: "x",
              enabled: false,
              expires: "2030-01-31",
              notBefore: 1700000000,
              tags: { a: "1" },
            },
          },
        },
        feeds: ["weather", "project/weather"],
        latencyMs: 0.5,
      },
    });
  });

  it("the local workspace's config has files relative to its folder, and attachments of text or any other value", () => {
    const content = `
devops:
  builds:
    - id: 1
      definition: { id: 1, name: release }
      finishTime: -2d
      attachments:
        - { type: a, name: b, file: config-schema.test.ts }
        - { type: a, name: b, content: "1" }
        - { type: a, name: b, content: { count: 1 } }
`;
    const { config, problems } = readConfig(content, workspaceConfig, import.meta.dirname);
    assert.deepEqual(problems, []);
    const [build] = config.devops?.builds ?? [];
    assert.equal(build?.finishTime, "-2d");
    assert.deepEqual(build?.attachments, [
      { type: "a", name: "b", file: import.meta.filename },
      { type: "a", name: "b", content: "1" },
      { type: "a", name: "b", content: { count: 1 } },
    ]);
  });

  it("the local workspace's config has a problem for a missing file, an unknown result and a time that is none", () => {
    const content = `devops:
  builds:
    - id: 1
      definition: { id: 1, name: release }
      finishTime: yesterday
      result: suceeded
      attachments: [{ type: a, name: b, file: none.json }]`;
    assert.deepEqual(
      readConfig(content, workspaceConfig, "/configs").problems.map(
        ({ line, message }) => `${line}: ${message}`,
      ),
      [
        '5: devops.builds[0].finishTime is "yesterday"; write a time such as 2030-01-31T12:00:00Z, or one relative to the start such as -2d.',
        '6: devops.builds[0].result is "suceeded"; did you mean "succeeded"?',
        '7: devops.builds[0].attachments[0].file is "none.json"; there is no file /configs/none.json, correct the path.',
      ],
    );
  });

  for (const content of ["", "# nothing yet\n", "null", "{}"])
    it(`the local workspace's config may be empty: ${JSON.stringify(content)}`, () => {
      assert.deepEqual(read(content), { config: {}, problems: [] });
    });

  it("accepts each local config in the repository", () => {
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith("notebook-ops.local.yml") && !file.includes("node_modules"),
    );
    assert.ok(files.length >= 2);
    for (const file of files) {
      const content = readFileSync(path.join(root, file), "utf8");
      const folder = path.dirname(path.join(root, file));
      const { config, problems } = readConfig(content, workspaceConfig, folder);
      assert.deepEqual(problems, [], file);
      // Paths of files are read as absolute ones.
      const written = JSON.parse(JSON.stringify(config).replaceAll(`${folder}${path.sep}`, ""));
      assert.deepEqual(written, parse(content), file);
    }
  });

  it("accepts the local config that docs/run-locally.md shows", () => {
    const page = readFileSync(path.join(root, "docs/run-locally.md"), "utf8");
    const [, shown] = /```yaml\n(variableGroups:[\s\S]*?)```/.exec(page)!;
    assert.deepEqual(read(shown!).problems, []);
  });

  it("the local workspace's config has a problem for a master that cannot be used, without its token", () => {
    const problems = ["yarn", "sc:host/;token=hush", "local[*]"].flatMap(
      (master) => readConfig(`spark:\n  master: "${master}"`, workspaceConfig).problems,
    );
    const forms = "use local[*], spark://host:port, sc://host:port or none.";
    assert.deepEqual(problems, [
      {
        line: 2,
        message: `spark.master: the master "yarn" is of a kind that the local workspace does not support; ${forms}`,
      },
      {
        line: 2,
        message: `spark.master: the master "sc:host/;token=***" is none that Spark knows; ${forms}`,
      },
    ]);
  });

  it("the local workspace's config has only keys that docs/run-locally.md names", () => {
    const page = readFileSync(path.join(root, "docs/run-locally.md"), "utf8");
    const keys = keysOf(workspaceConfig);
    assert.ok(keys.includes("notBefore") && keys.includes("createTestRuns"));
    assert.deepEqual(
      keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(page)),
      [],
    );
  });

  it("the schema of the local workspace's config does not compile if it differs from the type", () => {
    interface Config {
      name: string;
      count?: number;
    }
    const fields: Fields<Config> = { name: required(text), count: number({ min: 0 }) };
    // @ts-expect-error a key is missing
    const missing: Fields<Config> = { name: required(text) };
    // @ts-expect-error a key is unknown
    const unknown: Fields<Config> = { ...fields, other: text };
    // @ts-expect-error a number is not text
    const wrong: Fields<Config> = { name: required(text), count: text };
    // @ts-expect-error the name is required
    const optional: Fields<Config> = { name: text, count: number({ min: 0 }) };
    assert.ok(missing && unknown && wrong && optional);
  });

  const refused: [what: string, content: string, problem: string][] = [
    [
      "a misspelt key",
      "latencyMs: 1\nserviceConections: {}\n",
      '2: unknown key "serviceConections"; did you mean "serviceConnections"?',
    ],
    ["a key in the wrong case", "keyvault: {}\n", '1: unknown key "keyvault"; did you mean "keyVault"?'],
    [
      "an unknown key in a section",
      "databricks:\n  sizes: 1\n",
      '2: unknown key "sizes" in databricks; write one of instancePools, secretScopes, clusterStartSeconds, requestsPerSecond.',
    ],
    [
      "a misspelt key in a service connection",
      "serviceConnections:\n  azure:\n    type: azurerm\n    schema: secret\n",
      '4: unknown key "schema" in serviceConnections.azure; did you mean "scheme"?',
    ],
    [
      "a misspelt key in a secret",
      "keyVault:\n  secrets:\n    a:\n      value: x\n      expire: 1\n",
      '5: unknown key "expire" in keyVault.secrets.a; did you mean "expires"?',
    ],
    [
      "a misspelt permission",
      "devops:\n  permissions:\n    readPackage: true\n",
      '3: unknown key "readPackage" in devops.permissions; did you mean "readPackages"?',
    ],
    [
      "a misspelt key in a pull request",
      "devops:\n  pullRequests:\n    - { id: 1, repository: r, titl: t, sourceBranch: a, targetBranch: b }\n",
      '3: unknown key "titl" in devops.pullRequests[0]; did you mean "title"?',
    ],
    [
      "a misspelt key of Spark",
      "spark:\n  mastr: none\n",
      '2: unknown key "mastr" in spark; did you mean "master"?',
    ],
    [
      "a key that every object has",
      "constructor: 1\n",
      '1: unknown key "constructor"; write one of serviceConnections, variableGroups, feeds, devops, keyVault, databricks, fabric, spark, latencyMs, ports.',
    ],
    [
      "a key that is there twice",
      "feeds: [a]\nlatencyMs: 1\nfeeds: [b]\n",
      "3: feeds is there twice; remove one.",
    ],
    [
      "a key that is missing",
      "databricks:\n  instancePools:\n    - instance_pool_id: a\n      node_type_id: b\n",
      '3: databricks.instancePools[0] has no "instance_pool_name"; add it.',
    ],
    [
      "a section that lacks what it needs",
      "serviceConnections:\n  azure:\n",
      '2: serviceConnections.azure has no "type"; add it.',
    ],
    [
      "text for a number",
      "databricks:\n  clusterStartSeconds: soon\n",
      '2: databricks.clusterStartSeconds is "soon"; write a number of 0 or more.',
    ],
    ["a quoted number", 'latencyMs: "5"\n', '1: latencyMs is "5"; write a number of 0 or more.'],
    ["a negative number", "latencyMs: -1\n", "1: latencyMs is -1; write a number of 0 or more."],
    [
      "a fraction of a pull request",
      "devops: { pullRequests: [{ id: 1.5, repository: r, title: t, sourceBranch: a, targetBranch: b }] }\n",
      "1: devops.pullRequests[0].id is 1.5; write a whole number of 1 or more.",
    ],
    [
      "text for true or false",
      "serviceConnections:\n  a:\n    type: azurerm\n    inDatabricks: no\n",
      '4: serviceConnections.a.inDatabricks is "no"; write true or false.',
    ],
    [
      "a misspelt choice",
      "serviceConnections:\n  a: { type: azurerm, scheme: certficate }\n",
      '2: serviceConnections.a.scheme is "certficate"; did you mean "certificate"?',
    ],
    [
      "an unknown choice",
      "serviceConnections:\n  a: { type: github }\n",
      '2: serviceConnections.a.type is "github"; write azurerm or externaltfs.',
    ],
    [
      "a key of another type of service connection",
      "serviceConnections:\n  a: { type: externaltfs, organisation: platform, inDatabricks: false }\n",
      '2: unknown key "inDatabricks" in serviceConnections.a; write one of type, organisation, feeds.',
    ],
    [
      "a service connection without what its type needs",
      "serviceConnections:\n  a: { type: externaltfs }\n",
      '2: serviceConnections.a has no "organisation"; add it.',
    ],
    [
      "an unknown choice of several",
      "serviceConnections:\n  a: { type: azurerm, keyVaultPermissions: [everything] }\n",
      '2: serviceConnections.a.keyVaultPermissions[0] is "everything"; write get, list, set, delete, recover, backup, restore or purge.',
    ],
    [
      "something that is not a time",
      "keyVault: { secrets: { a: { value: x, expires: tomorrow } } }\n",
      '1: keyVault.secrets.a.expires is "tomorrow"; write a time such as 2030-01-31T12:00:00Z, or seconds since 1970.',
    ],
    ["text for a list", "feeds: weather\n", "1: feeds is text; write a list."],
    [
      "a list for a map",
      "keyVault:\n  secrets: [a]\n",
      "2: keyVault.secrets is a list; write a map of keys and values.",
    ],
    [
      "a map for text",
      "databricks:\n  secretScopes:\n    weather:\n      key: { a: b }\n",
      '4: databricks.secretScopes.weather.key is a map; write text, or "" for none.',
    ],
    [
      "nothing for text",
      "variableGroups:\n  staging:\n    A:\n    B: x\n",
      '3: variableGroups.staging.A is empty; write text, or "" for none.',
    ],
    [
      "nothing for text in braces",
      "\nvariableGroups: { staging: { A } }\n",
      '2: variableGroups.staging.A is empty; write text, or "" for none.',
    ],
    ["a list for everything", "- a\n", "1: the config is a list; write a map of keys and values."],
    ["text for everything", "hello\n", "1: the config is text; write a map of keys and values."],
    ["a key that is a map", "? { a: b }\n: 1\n", "1: the config has a key that is not text; write text."],
    [
      "a key with a line break in its path",
      'keyVault:\n  secrets:\n    "a\\nb": [x]\n',
      '3: keyVault.secrets."a\\nb" is a list; write text, or "" for none.',
    ],
    [
      "an unknown anchor",
      "feeds:\n  - *weather\n",
      '2: unknown anchor "weather"; write &weather before the value that it stands for.',
    ],
  ];
  for (const [what, content, problem] of refused)
    it(`the local workspace's config is refused if it contains ${what}`, () => {
      assert.deepEqual(problemsOf(content), [problem]);
    });

  it("the local workspace's config is refused if it is not YAML", () => {
    assert.match(
      problemsOf("feeds: [a\nlatencyMs: 1\n").join("\n"),
      /^2: invalid YAML \([^\n]+\); correct it\.$/m,
    );
  });

  it("the local workspace's config never shows the text of a secret that is in the wrong place", () => {
    assert.deepEqual(problemsOf("keyVault: hunter2\n"), [
      "1: keyVault is text; write a map of keys and values.",
    ]);
  });
});

/** Every key that a schema names. */
function keysOf(schema: object): string[] {
  if ("fields" in schema)
    return Object.entries(schema.fields as Record<string, object>).flatMap(([key, field]) => [
      key,
      ...keysOf(field),
    ]);
  if ("of" in schema) return keysOf(schema.of as object);
  return "object" in schema ? keysOf(schema.object as object) : [];
}
