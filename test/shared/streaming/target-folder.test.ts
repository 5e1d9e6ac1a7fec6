import assert from "node:assert/strict";
import { DefinitionError } from "../../../shared/streaming/definition-error.ts";
import { expandFolder } from "../../../shared/streaming/target-folder.ts";

describe("the folder of a payload's files", () => {
  const problemOf = (to: string, parameters: Record<string, string>) => {
    try {
      return `no problem: ${expandFolder(to, parameters)}`;
    } catch (error) {
      assert.ok(error instanceof DefinitionError, String(error));
      return error.message;
    }
  };

  it("gets the values of its parameters, once", () => {
    const expand = (to: string) => expandFolder(to, { run: "main/{env}", env: "dev$&", "": "x" });
    assert.equal(expand("/Volumes/main/{env}/landing/{run}"), "/Volumes/main/dev$&/landing/main/{env}");
    assert.equal(expand("dbfs:/landing"), "dbfs:/landing");
  });

  it("has no parameter that nobody gave", () => {
    assert.equal(
      problemOf("dbfs:/{enviroment}", { environment: "dev", run: "7" }),
      'Could not find the folder "dbfs:/{enviroment}" of a payload: there is no parameter "enviroment"; did you mean "environment"?',
    );
    assert.match(
      problemOf("dbfs:/{x}", { environment: "dev", run: "7" }),
      /no parameter "x"; use one of environment, run\.$/,
    );
    assert.match(
      problemOf("dbfs:/{constructor}", {}),
      /no parameter "constructor"; there are no parameters\.$/,
    );
  });

  it("is checked again, because a parameter may be any text", () => {
    const to = "/Volumes/main/default/landing/{run}";
    for (const [run, problem] of [
      ["..", /has an empty part, or one that leaves the folder/],
      ["a/../../x", /has an empty part, or one that leaves the folder/],
      ["", /has an empty part/],
      ["/x", /has an empty part/],
      ["a\\b", /has a backslash/],
      ["a\nb", /has an invisible character/],
      ["a\u202eb", /has an invisible character/],
      ["x".repeat(1_024), /is longer than 1024 characters/],
    ] as const)
      assert.match(problemOf(to, { run }), problem);
    assert.equal(
      problemOf("/Volumes/main/{schema}", { schema: ".." }),
      'Could not find the folder "/Volumes/main/{schema}" of a payload: with its parameters, it is "/Volumes/main/..", which has an empty part, or one that leaves the folder; correct them.',
    );
  });
});
