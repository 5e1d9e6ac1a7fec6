import { mapBounded } from "../../shared/concurrency/bounded.ts";
import {
  listAttachments,
  listTaggedBuilds,
  readAttachment,
  type TaggedBuilds,
} from "../../shared/devops/builds.ts";
import type { AzureDevOps } from "../../shared/devops/connection.ts";
import type { Evidence } from "../../shared/results/gate/decide.ts";
import {
  type AttachedText,
  canDecide,
  type Finding,
  findingsOf,
  inReadingOrder,
  type TestedVersion,
  tooMany,
} from "../../shared/results/gate/findings.ts";
import type { PipelineRun } from "../../shared/results/gate/pipeline-run.ts";
import { type TrustedPipeline, whyNotTrusted } from "../../shared/results/gate/trusted-pipelines.ts";
import { statusRecordType } from "../../shared/results/status-record.ts";
import { statusTag } from "../../shared/results/status-tag.ts";

/** As large as a record that the reader accepts. */
const maxRecordBytes = 64 * 1024 * 1024;
/** More runs than this never test one version at once, unless by mistake. */
const mostRunsRead = 50;
const mostRecordsOfRun = 200;
const recordsAtOnce = 8;

interface Search {
  tested: TestedVersion;
  trusted: readonly TrustedPipeline[];
  /** A GUID. */
  ownProject: string;
}

/**
 * Finds the tests of a version by the tag of their runs, in this project and those of the trusted pipelines. Reads the records of the runs
 * that may have tested last, until every other run had clearly ended before those tests began: normally one.
 */
export async function findTests(devops: AzureDevOps, search: Search): Promise<Evidence> {
  const { tested, trusted, ownProject } = search;
  const tag = statusTag({
    artifact: { name: tested.name, version: tested.version, digest: "" },
    environment: tested.environment,
  });
  const projects = projectsOf(trusted, ownProject);
  const lists = await Promise.all(projects.map((project) => listTaggedBuilds(devops, { project, tag })));
  const now = Math.max(...lists.map((list) => list.now));
  const runs = new Map(lists.flatMap(runsOf).map((run) => [run.id, run]));
  const ordered = inReadingOrder([...runs.values()]).map((run) => ({
    run,
    problem: whyNotTrusted(run, { trusted, ownProject }),
  }));
  const findings: Finding[] = [];
  let read = 0;
  for (const { run, problem } of ordered) {
    if (problem !== undefined || !canDecide(run, findings)) continue;
    if (++read > mostRunsRead)
      throw tooMany(
        `more than ${mostRunsRead} pipeline runs tested ${tested.name} ${tested.version} at once`,
      );
    findings.push(...findingsOf(run, await documentsOf(devops, run), { tested, now }));
  }
  const untrusted = ordered.flatMap(({ run, problem }) => (problem === undefined ? [] : [{ run, problem }]));
  return { findings, untrusted, now };
}

function projectsOf(trusted: readonly TrustedPipeline[], ownProject: string): string[] {
  const named = trusted.flatMap(({ project }) => project ?? []);
  const byLowerCase = new Map([ownProject, ...named].map((project) => [project.toLowerCase(), project]));
  return [...byLowerCase.values()];
}

function runsOf({ builds }: TaggedBuilds): PipelineRun[] {
  return builds.map((build) => ({
    id: String(build.id),
    number: build.buildNumber,
    project: build.project,
    pipeline: {
      id: String(build.definition.id),
      name: build.definition.name,
      folder: build.definition.path ?? "\\",
    },
    branch: build.sourceBranch ?? "",
    reason: build.reason ?? "",
    startedOn: build.startTime ?? build.queueTime,
    ...(build.status === "completed" && build.finishTime ? { finishedOn: build.finishTime } : {}),
  }));
}

async function documentsOf(devops: AzureDevOps, run: PipelineRun): Promise<AttachedText[]> {
  const build = { id: run.id, project: run.project.id };
  const attachments = await listAttachments(devops, build, statusRecordType);
  const documents = await mapBounded(
    attachments.slice(0, mostRecordsOfRun),
    recordsAtOnce,
    async (attachment): Promise<AttachedText> => {
      const { name } = attachment;
      const text = await readAttachment(devops, attachment, { build, maxBytes: maxRecordBytes });
      return text === undefined ? { name, problem: "it is larger than 64 MB" } : { name, text };
    },
  );
  const name = `${attachments.length - mostRecordsOfRun} more`;
  const excess = { name, problem: `there are more than ${mostRecordsOfRun} of them` };
  return attachments.length > mostRecordsOfRun ? [...documents, excess] : documents;
}
