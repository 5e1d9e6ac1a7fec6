import assert from "node:assert/strict";
import type { EnvironmentConfig } from "../../../local/emulator/azure-devops/config.ts";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { proves } from "../proof.ts";
import { connect, run } from "./node-client.ts";

const tasks = `${connect} const tasks = await api.getTaskAgentApi(); const builds = await api.getBuildApi();
  const project = "local";
  const answered = async (promise) => {
    const response = await promise;
    return [response.message.statusCode, JSON.parse(await response.readBody())];
  };
  const approvalsUrl = url + "/local/_apis/pipelines/approvals";
  const approve = (answers) => answered(api.rest.client.patch(approvalsUrl + "?api-version=7.1", JSON.stringify(answers), { "content-type": "application/json" }));
  const approval = async (query) => (await answered(api.rest.client.get(approvalsUrl + query)))[1];
`;
const production: EnvironmentConfig = {
  name: "production",
  approvals: [
    { approver: "Ada Lovelace", answer: "approved" },
    { approver: "Grace Hopper", answer: "rejected" },
  ],
};

describe("environments and approvals, by azure-devops-node-api", () => {
  let workspace: Emulator;

  const start = async (...environments: EnvironmentConfig[]) => {
    workspace = await startEmulator({ config: { devops: { environments }, spark: { master: "none" } } });
    const { azureDevOps } = workspace;
    const build = azureDevOps.builds.start({
      ...{ id: 42, number: "20261121.1", definition: { id: 1, name: "release" }, planId: "plan" },
      ...{
        sourceBranch: "refs/heads/main",
        sourceVersion: "0a1b2c",
        reason: "manual",
        requestedFor: "Alan Turing",
      },
      repository: { id: "weather", name: "weather", type: "TfsGit" },
    });
    build.timeline.update({
      ...{ id: "stage-1", parentId: null, type: "Stage", name: "Release" },
      state: "pending",
    });
    return { ...azureDevOps, build };
  };

  afterEach(() => workspace?.stop());

  it("environments of the local Azure DevOps are those of the config and those that were created", async () => {
    await start(production);

    const seen = await run(
      workspace,
      `${tasks}
      const created = await tasks.addEnvironment({ name: "qa", description: "tests" }, project);
      const names = (environments) => environments.map(({ id, name }) => id + " " + name);
      answer([
        [created.name, created.description, created.project.name, created.createdBy.displayName],
        names(await tasks.getEnvironments(project)), names(await tasks.getEnvironments(project, "Production")),
        (await tasks.getEnvironmentById(project, created.id)).name, await tasks.getEnvironmentById(project, 9),
        await refused(tasks.addEnvironment({ name: "QA" }, project)),
        JSON.parse(await (await api.rest.client.get(url + "/local/_apis/pipelines/environments")).readBody()).count,
      ]);`,
    );

    assert.deepEqual(seen, [
      ["qa", "tests", "local", "Project Collection Build Service (local)"],
      ...[["1 production", "2 qa"], ["1 production"], "qa", null],
      [409, "Environment QA already exists in project local."],
      2,
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/{area=distributedtask|pipelines}/environments",
      "azure-devops POST /{organisation}/{project}/_apis/{area=distributedtask|pipelines}/environments",
      "azure-devops GET /{organisation}/{project}/_apis/{area=distributedtask|pipelines}/environments/{environment}",
    );
  });

  it("environments of the local Azure DevOps are in the config once", async () => {
    const environments = [production, { name: "Production" }];
    await assert.rejects(startEmulator({ config: { devops: { environments }, spark: { master: "none" } } }), {
      message:
        "Could not create the environment Production: devops.environments has two of this name, whose case does not matter; put the approvals of both into one.",
    });
  });

  it("environments of the local Azure DevOps have a record of each deployment job, newest first", async () => {
    const { environments, build } = await start(production);
    const environment = environments.ofJob("PRODUCTION", build);
    const first = environments.startDeployment(environment, { build, stage: "Release", job: "deploy" });
    environments.finishDeployment(first, "failed");
    environments.startDeployment(environment, { build, stage: "Release", job: "again" });

    const seen = await run(
      workspace,
      `${tasks}
      const records = await tasks.getEnvironmentDeploymentExecutionRecords(project, 1);
      answer(records.map(({ stageName, jobName, result, owner, definition, finishTime, startTime }) => [
        stageName, jobName, result, owner.id, owner.name, definition.name, finishTime >= startTime,
      ]));`,
    );

    const failed = 2;
    assert.deepEqual(seen, [
      ["Release", "again", null, 42, "20261121.1", "release", false],
      ["Release", "deploy", failed, 42, "20261121.1", "release", true],
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/{area=distributedtask|pipelines}/environments/{environment}/environmentdeploymentrecords",
    );
  });

  it("approvals of the local Azure DevOps are found by the timeline of the run, with the answers of the people", async () => {
    const { environments, approvals, build } = await start(production);
    const [approval] = approvals.request(build, "stage-1", [environments.ofJob("production", build)]);
    approvals.answer(approval!, { approver: "Ada Lovelace", answer: "approved", comment: "tested" });

    const seen = await run(
      workspace,
      `${tasks}
      const { records } = await builds.getBuildTimeline(project, 42);
      const { id } = records.find(({ type }) => type === "Checkpoint.Approval");
      const { status, steps, pipeline } = await approval("/" + id + "?$expand=steps");
      const people = steps.map(({ assignedApprover, actualApprover, status, comment }) =>
        [assignedApprover.displayName, actualApprover?.displayName, status, comment]);
      answer([
        records.map(({ type, state, result, parentId }) => [type, state, result, records.findIndex((each) => each.id === parentId)]),
        status, people, pipeline.owner.id, (await approval("/" + id)).steps,
        (await approval("?approvalIds=" + id)).count, (await approval("?state=pending")).count, (await approval("?state=4")).count,
        (await api.rest.client.get(approvalsUrl + "/0b1f9a3c-5a0c-4f7c-9c55-0f3f5d1c2a10")).message.statusCode,
      ]);`,
    );

    const [pending, inProgress] = [0, 1];
    assert.deepEqual(seen, [
      [
        ["Stage", pending, null, -1],
        ["Checkpoint", inProgress, null, 0],
        ["Checkpoint.Approval", inProgress, null, 1],
      ],
      "pending",
      [
        ["Ada Lovelace", "Ada Lovelace", "approved", "tested"],
        ["Grace Hopper", null, "pending", ""],
      ],
      ...[42, [], 1, 1, 0, 404],
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/build/builds/{build}/timeline/{timeline?}",
      "azure-devops GET /{organisation}/{project}/_apis/pipelines/approvals",
      "azure-devops GET /{organisation}/{project}/_apis/pipelines/approvals/{approval}",
    );
  });

  it("approvals of the local Azure DevOps are answered by the people who are asked, each once", async () => {
    const { environments, approvals, build, tokenOf } = await start(production);
    const [approval] = approvals.request(build, "stage-1", [environments.ofJob("production", build)]);
    const answerAs = (person: string, status: string) =>
      run(
        workspace,
        `${tasks}
        const [code, { value, message }] = await approve([{ approvalId: "${approval!.id}", status: "${status}", comment: "read" }]);
        answer([code, message ?? value[0].status]);`,
        { AZURE_DEVOPS_EXT_PAT: tokenOf(person) },
      );

    const seen = [
      await answerAs("Grace Hopper", "approved"),
      await answerAs("Grace Hopper", "rejected"),
      await answerAs("Alan Turing", "approved"),
      await answerAs("Ada Lovelace", "maybe"),
      await answerAs("Ada Lovelace", "approved"),
    ];

    const [complete, byNobody] = [
      `The approval ${approval!.id} cannot be updated: it is complete.`,
      `Alan Turing does not have permission to approve or reject ${approval!.id}.`,
    ];
    assert.deepEqual(seen, [
      [200, "pending"],
      [400, complete],
      [403, byNobody],
      [400, "The approval cannot be updated to 'maybe'."],
      [200, "approved"],
    ]);
    const results = build.timeline.records.map(({ type, state, result }) =>
      `${type} ${state} ${result ?? ""}`.trim(),
    );
    assert.deepEqual(results, [
      "Stage pending",
      "Checkpoint completed succeeded",
      "Checkpoint.Approval completed succeeded",
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops PATCH /{organisation}/{project}/_apis/pipelines/approvals",
    );
  });

  it("approvals of the local Azure DevOps cannot be answered by the token of a pipeline", async () => {
    const { environments, approvals, build } = await start(production);
    const [approval] = approvals.request(build, "stage-1", [environments.ofJob("production", build)]);

    const seen = await run(
      workspace,
      `${tasks} answer((await approve([{ approvalId: "${approval!.id}", status: "approved" }]))[0]);`,
    );

    assert.equal(seen, 403);
    assert.equal(approval!.status, "pending");
  });

  it("approvals of the local Azure DevOps are rejected as soon as one person rejects", async () => {
    const { environments, approvals, build } = await start(production);
    const [approval] = approvals.request(build, "stage-1", [environments.ofJob("production", build)]);

    approvals.answer(approval!, production.approvals![1]!);

    assert.equal(approval!.status, "rejected");
    assert.deepEqual(
      approval!.steps.map(({ status }) => status),
      ["skipped", "rejected"],
    );
    assert.deepEqual(
      build.timeline.records.map(({ result }) => result),
      [undefined, "failed", "failed"],
    );
  });
});
