import assert from "node:assert/strict";
import { isVariableName } from "../../../shared/task/variable-names.ts";

describe("names of variables that a person chose", () => {
  for (const name of [
    "PoolId",
    "pool_id",
    "pool-id",
    "pool.id",
    "_x",
    "A1",
    "agents",
    "Agentless",
    "InputPath",
    "Secrets",
    "Tasks.x",
    "PathToFile",
    "HomeFolder",
    "SystemX",
    "Environment",
  ])
    it(`accepts ${name} as a variable name`, () => assert.equal(isVariableName(name), true));

  // https://learn.microsoft.com/azure/devops/pipelines/process/variables: "don't use variable prefixes reserved by the system"
  const reserved = [
    "agent",
    "azp",
    "build",
    "endpoint",
    "input",
    "path",
    "pipeline",
    "release",
    "resources",
    "secret",
    "securefile",
    "system",
    "task",
    "vsts",
  ];
  for (const prefix of reserved)
    it(`rejects a variable name that begins with ${prefix}, which the agent reserves`, () => {
      for (const name of [
        prefix,
        `${prefix}.x`,
        `${prefix}_x`,
        prefix.toUpperCase(),
        `${prefix.toUpperCase()}_X`,
      ])
        assert.equal(isVariableName(name), false, name);
      assert.equal(isVariableName(`my${prefix}`), true);
    });

  // By these a shell, a loader or an interpreter finds what it runs.
  const environment = [
    "PATH",
    "HOME",
    "NODE_OPTIONS",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "BASH_ENV",
    "ENV",
    "IFS",
    "COMSPEC",
    "PATHEXT",
  ];
  for (const name of environment)
    it(`rejects ${name} as a variable name because programs are found by it`, () => {
      assert.equal(isVariableName(name), false);
      assert.equal(isVariableName(name.toLowerCase()), false);
      assert.equal(isVariableName(`MY_${name}`), true);
    });

  for (const name of ["", "1a", "-a", ".a", "a b", "a=b", "a;b", "a]b", "a\n", "ä", "a$", "$(a)"])
    it(`rejects ${JSON.stringify(name)} as a variable name`, () => assert.equal(isVariableName(name), false));
});
