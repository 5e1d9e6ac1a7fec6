// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of pipelines look like this
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkPipeline } from "../../local/agent/run/read-pipeline.ts";
import { plannedWorkspace } from "../../local/cli/planned-workspace.ts";

const config = {
  variableGroups: { staging: { CITY: "Bergen" } },
  serviceConnections: { azure: { type: "azurerm" as const } },
  devops: {
    pullRequests: [
      {
        ...{ id: 7, title: "Add a city", repository: "weather" },
        ...{ sourceBranch: "refs/heads/add", targetBranch: "refs/heads/main" },
      },
    ],
  },
};

describe("a pipeline that is checked before its workspace starts", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const check = (yaml: string) => {
    const file = path.join(folder, "pipeline.yml");
    writeFileSync(file, yaml);
    return checkPipeline({ file, host: plannedWorkspace(config), variables: { word: "given" } });
  };
  const onlyIf = (condition: string) => `
steps:
  - task: DatabricksCreateBearerToken@1
    inputs: { azureSubscription: azure, workspaceUrl: https://localhost }
  - \${{ if not(${condition}) }}:
      - task: Maven@4
`;

  for (const [what, trigger, condition] of [
    ["the pull request that its config has", "pr: [main]", "eq(variables['Build.Reason'], 'PullRequest')"],
    [
      "the branch of that pull request",
      "pr: [main]",
      "eq(variables['Build.SourceBranch'], 'refs/pull/7/merge')",
    ],
    ["no pull request without a trigger", "pr: none", "eq(variables['Build.Reason'], 'Manual')"],
    ["an address of the workspace", "", "startsWith(variables['System.CollectionUri'], 'https://')"],
    ["the variables of the command line", "", "eq(variables.word, 'given')"],
    ["a variable group", "variables: [{ group: staging }]", "true"],
  ] as const)
    it(`a pipeline that is checked before its workspace starts has ${what}`, () =>
      check(trigger + onlyIf(condition)));

  it("a pipeline is checked for service connections before its workspace starts", () =>
    assert.rejects(
      check(onlyIf("true").replace(": azure,", ": azurr,")),
      /the service connection azurr, which does not exist; did you mean "azure"\?$/,
    ));
});
