import assert from "node:assert/strict";
import { problemOfRunNumber } from "../../local/agent/commands/command-values.ts";
import { runNumber } from "../../local/agent/run/run-number.ts";

/*
 * https://learn.microsoft.com/azure/devops/pipelines/process/run-number; for $(Build.SourceBranch)
 * https://learn.microsoft.com/azure/devops/pipelines/build/variables
 */

const variables: Record<string, string> = {
  "Build.BuildId": "752",
  "Build.DefinitionName": "CIBuild",
  "Build.SourceBranch": "refs/heads/feature/tools",
  "Build.SourceBranchName": "tools",
  "System.TeamProject": "Fabrikam",
  "My.Variable": "v1",
  version: "1.2$(Rev:.r)",
};
const numberOf = (format: string | undefined, now = new Date("2024-05-06T21:07:03Z")) =>
  runNumber(format, now, (name) => variables[name]);

describe("the run number", () => {
  it("has a value for each token, in UTC", () => {
    const cases: [format: string | undefined, number: string][] = [
      [undefined, "20240506.1"],
      ["", "20240506.1"],
      [
        "$(TeamProject)_$(Build.DefinitionName)_$(SourceBranchName)_$(Date:yyyyMMdd).$(Rev:r)",
        "Fabrikam_CIBuild_tools_20240506.1",
      ],
      ["$(BuildDefinitionName)-$(BuildID)-$(Build.BuildId)", "CIBuild-752-752"],
      ["$(Date:yyyyMMdd)$(Rev:.r)", "20240506.1"],
      ["$(Date:MMddyy).$(Rev:rr)", "050624.01"],
      ["1.0$(Rev:.rrr)", "1.0.001"],
      ["$(rev:r)_$(DATE:yyyy)", "1_2024"],
      ["$(Date:yyyy-MM-dd.HHmmss)", "2024-05-06.210703"],
      ["$(Date:yy.M.d)", "24.5.6"],
      ["$(Date:dd MMM yyyy)", "06 May 2024"],
      ["$(Year:yyyy).$(Year:yy).$(Month).$(DayOfMonth).$(DayOfYear)", "2024.24.5.6.127"],
      ["$(Hours)$(Minutes)$(Seconds)", "2173"],
      ["$(My.Variable)_$(version)", "v1_1.2.1"],
      ["$(Build.SourceBranch)", "refs_heads_feature_tools"],
      ["$(none)_$(Rev:r)", "$(none)_1"],
      ["release", "release"],
    ];
    assert.deepEqual(
      cases.map(([format]) => [format, numberOf(format)]),
      cases,
    );
    assert.equal(numberOf("$(DayOfYear)", new Date("2026-12-31T23:59:59Z")), "365");
  });

  it("is refused for characters that Azure DevOps does not allow, a dot at the end, or too many characters", () => {
    for (const character of "\"/\\:<>'|?@*")
      assert.match(problemOfRunNumber(`1${character}0`) ?? "", /contains .*, which is not allowed/);
    assert.match(problemOfRunNumber("1.0.") ?? "", /ends with a dot/);
    assert.match(problemOfRunNumber("1".repeat(256)) ?? "", /has 256 characters, and the limit is 255/);
    for (const number of ["1".repeat(255), "1.0-beta_1 (x)+y", "$(none)"])
      assert.equal(problemOfRunNumber(number), undefined);
  });
});
