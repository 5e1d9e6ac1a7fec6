import { RequestError } from "../http/errors.ts";
import { InputError } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import type { AzureDevOps } from "./connection.ts";

/** A stage of the pipeline run that a job belongs to, in one of its attempts. */
export interface StageOfRun {
  buildId: string;
  /** A GUID. */
  project: string;
  name: string;
  attempt: number;
}

/** An approval that a stage waited for. */
export interface StageApproval {
  id: string;
  /** Such as `approved` or `pending`. */
  status: string;
  steps: { by?: string; status: string; on?: string; comment?: string }[];
}

/** The stage of the job, by the agent's variables. Throws an InputError if it belongs to no stage of a YAML pipeline. */
export function stageOf(variable: (name: string) => string | undefined): StageOfRun {
  const [buildId, project] = [variable("Build.BuildId"), variable("System.TeamProjectId")];
  const name = variable("System.StageName");
  const attempt = Number(variable("System.StageAttempt") ?? "1");
  const isBuild = variable("System.HostType")?.toLowerCase() === "build";
  if (isBuild && buildId && project && name && Number.isInteger(attempt))
    return { buildId, project, name, attempt };
  throw new InputError(
    couldNot(
      "use the input 'requireSignOff'",
      "this job does not belong to a stage of a YAML pipeline",
      "use the approvals of the release, or run the gate in a stage of a pipeline",
    ),
  );
}

interface TimelineRecord {
  id: string;
  parentId?: string | null;
  type?: string | null;
  identifier?: string | null;
  name?: string | null;
  attempt?: number | null;
}

/**
 * The approvals that this attempt of a stage waited for, which its environments and other resources require. In the run's timeline they are
 * records of type `Checkpoint.Approval` below the `Checkpoint` of the stage; the id of the record is that of the approval.
 * https://learn.microsoft.com/rest/api/azure/devops/build/timeline/get
 * https://learn.microsoft.com/rest/api/azure/devops/approvalsandchecks/approvals/get
 */
export async function stageApprovals(devops: AzureDevOps, stage: StageOfRun): Promise<StageApproval[]> {
  const attempted = `read the approvals of stage ${stage.name} of pipeline run ${stage.buildId}`;
  const client = devops.at(devops.collectionUrl);
  const { records } = await client
    .json<{ records: TimelineRecord[] }>({
      method: "GET",
      path: `${stage.project}/_apis/build/builds/${encodeURIComponent(stage.buildId)}/timeline`,
      query: { "api-version": "7.1" },
      attempted,
      answer: {
        records: [
          {
            id: "string",
            "parentId?": "string",
            "type?": "string",
            "identifier?": "string",
            "name?": "string",
            "attempt?": "number",
          },
        ],
      },
    })
    .catch(refused);
  const own = records.find(
    ({ type, identifier, name, attempt }) =>
      type === "Stage" && (identifier ?? name) === stage.name && (attempt ?? 1) === stage.attempt,
  );
  if (own === undefined)
    throw new RequestError({
      kind: "badAnswer",
      attempted,
      on: new URL(devops.collectionUrl).host,
      cameBack: `answered with a timeline that has no attempt ${stage.attempt} of that stage`,
      advice: "run the stage again",
    });
  const below = (parents: readonly TimelineRecord[], type: string) =>
    records.filter((record) => record.type === type && parents.some(({ id }) => id === record.parentId));
  const approvals = below(below([own], "Checkpoint"), "Checkpoint.Approval");
  return Promise.all(approvals.map(({ id }) => approval(devops, { id, project: stage.project, attempted })));
}

async function approval(
  devops: AzureDevOps,
  { id, project, attempted }: { id: string; project: string; attempted: string },
): Promise<StageApproval> {
  const answer = await devops
    .at(devops.collectionUrl)
    .json<{
      id: string;
      status: string;
      steps?: {
        status: string;
        actualApprover?: { displayName?: string };
        lastModifiedOn?: string;
        comment?: string;
      }[];
    }>({
      method: "GET",
      path: `${project}/_apis/pipelines/approvals/${encodeURIComponent(id)}`,
      query: { "api-version": "7.1", $expand: "steps" },
      attempted,
      answer: {
        id: "string",
        status: "string",
        "steps?": [
          {
            status: "string",
            "actualApprover?": { "displayName?": "string" },
            "lastModifiedOn?": "string",
            "comment?": "string",
          },
        ],
      },
    })
    .catch(refused);
  if (answer.id.toLowerCase() !== id.toLowerCase())
    throw new RequestError({
      kind: "badAnswer",
      attempted,
      on: new URL(devops.collectionUrl).host,
      cameBack: "answered with another approval",
    });
  return {
    id,
    status: answer.status,
    steps: (answer.steps ?? []).map((step) => ({
      status: step.status,
      ...(step.actualApprover?.displayName ? { by: step.actualApprover.displayName } : {}),
      ...(step.lastModifiedOn ? { on: step.lastModifiedOn } : {}),
      ...(step.comment ? { comment: step.comment } : {}),
    })),
  };
}

function refused(error: unknown): never {
  const isRefused =
    error instanceof RequestError && ["unauthorized", "forbidden", "notFound"].includes(error.kind);
  throw isRefused
    ? error.advising(
        "give the build service 'View builds' on this pipeline and the role Reader on the environment (Pipelines > Environments > the environment > Security)",
      )
    : error;
}
