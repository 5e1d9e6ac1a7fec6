import assert from "node:assert/strict";
import type { PipelineRun } from "../../../../shared/results/gate/pipeline-run.ts";
import { parseTrustedPipelines, whyNotTrusted } from "../../../../shared/results/gate/trusted-pipelines.ts";
import { ResultsError } from "../../../../shared/results/results-error.ts";

const own = { id: "00000000-0000-4000-8000-000000000001", name: "local" };
const platform = { id: "00000000-0000-4000-8000-000000000002", name: "data platform" };
const weather: PipelineRun = {
  id: "300",
  number: "20261121.1",
  project: own,
  pipeline: { id: "12", name: "weather", folder: "\\" },
  branch: "refs/heads/main",
  reason: "manual",
  startedOn: "2026-11-21T10:00:00Z",
};
const on = (branch: string): PipelineRun => ({ ...weather, branch });
const inFolder = (folder: string): PipelineRun => ({ ...weather, pipeline: { ...weather.pipeline, folder } });

const problemOf = (line: string, run: PipelineRun) =>
  whyNotTrusted(run, { trusted: parseTrustedPipelines(line), ownProject: own.id });

describe("trusted pipelines", () => {
  const trusted: [string, PipelineRun][] = [
    ["12", weather],
    ["weather", weather],
    ["WEATHER", weather],
    ["nightly\n weather \n", weather],
    ["*", weather],
    ["12@main", weather],
    ["12@refs/heads/main", weather],
    ["12@releases/*", on("refs/heads/releases/1.2")],
    ["12@releases/**", on("refs/heads/releases/1/x")],
    ["12@v?", on("refs/heads/v1")],
    ["12@main\n12@dev", on("refs/heads/dev")],
    ["12@refs/tags/*", on("refs/tags/v1")],
    ["local/12", weather],
    [`${own.id}/12`, weather],
    ["data platform/12", { ...weather, project: platform }],
    ["Data Platform/weather@main", { ...weather, project: platform }],
    [`${platform.id}/*`, { ...weather, project: platform }],
    ["releases\\weather", inFolder("\\releases")],
    ["\\team\\releases\\weather", inFolder("\\team\\releases")],
    ["12", inFolder("\\releases")],
  ];
  for (const [line, run] of trusted)
    it(`trusts ${run.project.name}${run.pipeline.folder}weather (12) on ${run.branch} by ${JSON.stringify(line)}`, () => {
      assert.equal(problemOf(line, run), undefined);
    });

  const notTrusted: [string, PipelineRun][] = [
    ["13", weather],
    ["1", weather],
    ["weath", weather],
    ["12", { ...weather, pipeline: { ...weather.pipeline, id: "99", name: "12" } }],
    ["weather", inFolder("\\anyone")],
    ["anyone\\weather", weather],
    ["12@main", on("refs/heads/feature/main")],
    ["12@main", on("refs/heads/main2")],
    ["12@main", on("refs/tags/main")],
    ["12@m.in", weather],
    ["12@Main", weather],
    ["12@releases/*", on("refs/heads/releases/1/x")],
    ["12@v?", on("refs/heads/v10")],
    ["data platform/12", weather],
    ["12", { ...weather, project: platform }],
    ["*", { ...weather, project: platform }],
    ["*", { ...weather, reason: "pullRequest" }],
    ["*", { ...weather, reason: "PullRequest" }],
    ["*", on("refs/pull/7/merge")],
    ["*@**", on("refs/pull/7/merge")],
    ["", weather],
  ];
  for (const [line, run] of notTrusted)
    it(`does not trust ${run.project.name}${run.pipeline.folder}${run.pipeline.name} (${run.pipeline.id}) on ${run.branch} (${run.reason}) by ${JSON.stringify(line)}`, () => {
      assert.notEqual(problemOf(line, run), undefined);
    });

  for (const line of ["/12", "12@", "a/b/c", "@main", "project/", "12@main branch"])
    it(`refuses the line ${line}`, () => {
      assert.throws(() => parseTrustedPipelines(line), ResultsError);
    });
});
