import assert from "node:assert/strict";
import type { AzureDevOpsConfig } from "../../../local/emulator/azure-devops/config.ts";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { connect, run } from "./node-client.ts";

const api = `${connect}
  const builds = await api.getBuildApi();
  const ids = async (project, deletedFilter) => {
    const none = Array(14).fill(undefined);
    return (await builds.getBuilds(project, ...none, deletedFilter)).map(({ id }) => id);
  };
  const texts = async (project, id) => {
    const attachments = await builds.getAttachments(project, id, "record");
    return Promise.all((attachments ?? ["not found"]).map(async ({ _links }) =>
      _links ? (await (await api.rest.client.get(_links.self.href)).readBody()) : null));
  };
`;

const definition = { id: 7, name: "release" };
const record = { type: "record", name: "record.json" };

describe("pipeline runs that ended before the workspace started, by azure-devops-node-api", () => {
  let workspace: Emulator | undefined;

  const start = async (devops: AzureDevOpsConfig["devops"]): Promise<Emulator> => {
    workspace = await startEmulator({ config: { devops, spark: { master: "none" } } });
    return workspace;
  };

  afterEach(async () => {
    await workspace?.stop();
    workspace = undefined;
  });

  it("an earlier pipeline run has what the config says", async () => {
    const emulator = await start({
      builds: [
        {
          ...{
            id: 41,
            definition,
            number: "1.2.0",
            sourceBranch: "refs/heads/release",
            sourceVersion: "0a1b2c",
          },
          ...{
            reason: "schedule",
            requestedFor: "Ada Lovelace",
            result: "partiallySucceeded",
            tags: ["tested"],
          },
          ...{ queueTime: "2026-11-20T10:00:00Z", startTime: "2026-11-20T10:05:00Z" },
          finishTime: "2026-11-20T11:00:00+01:00",
          attachments: [{ ...record, content: { schema: 1 } }],
        },
      ],
    });

    const [build, attached] = (await run(
      emulator,
      `${api}
      const { _links, url: self, orchestrationPlan, ...build } = await builds.getBuild("local", 41);
      answer([build, await texts("local", 41)]);`,
    )) as [Record<string, unknown>, string[]];

    const person = { displayName: "Ada Lovelace", uniqueName: "ada.lovelace@local.test" };
    const { requestedFor, requestedBy, project, definition: ofBuild, repository, ...fields } = build;
    assert.deepEqual(fields, {
      ...{ id: 41, buildNumber: "1.2.0", status: 2, result: 4, reason: 8, tags: ["tested"] },
      ...{ sourceBranch: "refs/heads/release", sourceVersion: "0a1b2c", uri: "vstfs:///Build/Build/41" },
      ...{ queueTime: "2026-11-20T10:00:00.000Z", startTime: "2026-11-20T10:05:00.000Z" },
      finishTime: "2026-11-20T10:00:00.000Z",
    });
    const { id, ...named } = requestedFor as { id: string };
    assert.deepEqual(named, person);
    assert.match(id, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    assert.deepEqual(requestedBy, requestedFor);
    assert.equal((ofBuild as { name: string }).name, "release");
    assert.deepEqual(attached, ['{"schema":1}']);
  });

  it("an earlier pipeline run has times relative to the start of the workspace", async () => {
    const emulator = await start({ builds: [{ id: 41, definition, finishTime: "-2d" }] });

    const { finishedOn, startedOn } = emulator.azureDevOps.builds.get("41");

    const ageMs = Date.now() - Date.parse(finishedOn ?? "");
    assert.ok(ageMs >= 172_800_000 && ageMs < 172_860_000, finishedOn);
    assert.equal(startedOn, finishedOn);
  });

  it("an earlier pipeline run is found only in its own project, by the project's name or id", async () => {
    const emulator = await start({
      projects: ["Weather Ops"],
      builds: [
        { id: 41, definition, project: "weather ops", attachments: [{ ...record, content: "there" }] },
        { id: 42, definition, attachments: [{ ...record, content: "here" }] },
      ],
    });

    const seen = await run(
      emulator,
      `${api}
      const { project } = await builds.getBuild("Weather Ops", 41);
      answer([
        project.name, await ids("Weather Ops"), await ids(project.id), await ids("LOCAL"),
        await texts(project.id, 41), await texts("local", 42), await builds.getBuild("local", 41), await texts("local", 41),
        await refused(builds.getBuildTags("local", 41)).catch(() => "not found"),
        await builds.getBuilds("elsewhere"),
      ]);`,
    );

    assert.deepEqual(seen, [
      ...["Weather Ops", [41], [41], [42], ["there"], ["here"]],
      ...[null, [null], "not found", null],
    ]);
  });

  it("an earlier pipeline run gets attachments only by the path of its own project", async () => {
    const emulator = await start({ projects: ["other"], builds: [{ id: 41, definition, project: "other" }] });
    const build = emulator.azureDevOps.builds.get("41");

    await run(
      emulator,
      `${api}
      const { Readable } = await import("node:stream");
      const tasks = await api.getTaskApi();
      const attach = (project) =>
        tasks.createAttachment({}, Readable.from(["{}"]), project, "build", "${build.planId}", "timeline", "step", "record", project);
      // TaskApi does not reject a refused attachment.
      for (const project of ["local", "other"]) await attach(project);
      answer([]);`,
    );

    const answered = emulator.requests().filter(({ method }) => method === "PUT");
    assert.deepEqual(
      answered.map(({ status }) => status),
      [404, 200],
    );
    assert.deepEqual(
      build.attachments.map(({ name }) => name),
      ["other"],
    );
  });

  it("an earlier pipeline run that retention deleted is listed only by deletedFilter, and has no attachments", async () => {
    const emulator = await start({
      builds: [
        { id: 41, definition, deleted: true, attachments: [{ ...record, content: "gone" }] },
        { id: 42, definition, attachments: [{ ...record, content: "soon gone" }] },
      ],
    });
    const [excludeDeleted, includeDeleted, onlyDeleted] = [0, 1, 2];

    const seen = await run(
      emulator,
      `${api}
      answer([
        await ids("local"), await ids("local", ${excludeDeleted}), await ids("local", ${includeDeleted}),
        await ids("local", ${onlyDeleted}), (await builds.getBuild("local", 41)).deleted, await texts("local", 41),
      ]);`,
    );
    emulator.azureDevOps.builds.delete(42);
    const after = await run(emulator, `${api} answer([await ids("local"), await texts("local", 42)]);`);

    assert.deepEqual(seen, [[42], [42], [42, 41], [41], true, [null]]);
    assert.deepEqual(after, [[], [null]]);
  });

  it("an earlier pipeline run whose attachments the build service may not read is listed, but refuses them", async () => {
    const emulator = await start({
      builds: [
        { id: 41, definition, attachmentsReadable: false, attachments: [{ ...record, content: "x" }] },
      ],
    });

    const seen = await run(
      emulator,
      `${api} answer([await ids("local"), await refused(builds.getAttachments("local", 41, "record"))]);`,
    );

    assert.deepEqual(seen, [
      [41],
      [
        403,
        "Access denied. Project Collection Build Service (local) needs View builds permissions for vstfs:///Build/Build/41 in team project local to perform the action.",
      ],
    ]);
  });

  it("an earlier pipeline run has the stages, deployments and approvals that the config says", async () => {
    const emulator = await start({
      builds: [
        {
          ...{ id: 41, definition, finishTime: "2026-11-20T10:00:00Z" },
          stages: [
            { name: "Build" },
            {
              ...{ name: "QA", environment: "qa", result: "succeededWithIssues" },
              approvals: [
                { approver: "Ada Lovelace", answer: "approved", comment: "go", time: "2026-11-20T09:00:00Z" },
              ],
            },
            {
              ...{ name: "Production", environment: "production" },
              approvals: [{ approver: "Ada Lovelace", answer: "rejected" }],
            },
          ],
        },
      ],
    });

    const seen = await run(
      emulator,
      `${api}
      const { records } = await builds.getBuildTimeline("local", 41);
      const tasks = await api.getTaskAgentApi();
      const environments = await tasks.getEnvironments("local");
      const deployments = await Promise.all(environments.map(({ id }) => tasks.getEnvironmentDeploymentExecutionRecords("local", id)));
      const found = await Promise.all(records.filter(({ type }) => type === "Checkpoint.Approval").map(async ({ id }) => {
        const answered = await api.rest.client.get(url + "/local/_apis/pipelines/approvals/" + id + "?$expand=steps");
        const { status, steps } = JSON.parse(await answered.readBody());
        return [status, steps[0].comment, steps[0].lastModifiedOn];
      }));
      answer([
        records.filter(({ type }) => type === "Stage").map(({ name, result }) => [name, result]),
        environments.map(({ name }, index) => [name, deployments[index].map(({ stageName, result }) => [stageName, result])]), found,
      ]);`,
    );

    const [succeeded, succeededWithIssues, failed] = [0, 1, 2];
    assert.deepEqual(seen, [
      [
        ["Build", succeeded],
        ["QA", succeededWithIssues],
        ["Production", failed],
      ],
      [
        ["qa", [["QA", succeededWithIssues]]],
        ["production", []],
      ],
      [
        ["approved", "go", "2026-11-20T09:00:00.000Z"],
        ["rejected", "", "2026-11-20T10:00:00.000Z"],
      ],
    ]);
  });

  for (const [what, devops, message] of [
    [
      "an unknown project",
      { projects: ["weather"], builds: [{ id: 41, definition, project: "wether" }] },
      'Could not add the build 41: the local organisation has no project "wether"; did you mean "weather"?',
    ],
    [
      "an id that is there twice",
      { builds: [1, 2].map(() => ({ id: 41, definition })) },
      "Could not add the build 41: there is a build with this id already; ids are unique in the organisation, so give each build its own.",
    ],
    [
      "an attachment without content",
      { builds: [{ id: 41, definition, attachments: [record] }] },
      "Could not add the build 41: its attachment record.json has neither content nor a file; write one of them.",
    ],
    [
      "a time that is none",
      { builds: [{ id: 41, definition, finishTime: "yesterday" }] },
      'Could not add the build 41: "yesterday" is not a time; write a time such as 2030-01-31T12:00:00Z, or one relative to now such as -2d.',
    ],
  ] as const)
    it(`the workspace does not start with ${what} in devops.builds`, async () => {
      await assert.rejects(start(devops as unknown as AzureDevOpsConfig["devops"]), { message });
    });
});
