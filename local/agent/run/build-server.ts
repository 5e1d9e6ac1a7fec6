import { readFile } from "node:fs/promises";
import https from "node:https";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { StepOutcome } from "../commands/step-result.ts";
import type { PublishedArtifact } from "../publish/artifacts.ts";
import type { PublishedTests } from "../publish/published-tests.ts";
import type { PublishedTestCase } from "../publish/test-formats.ts";
import type { RunRecord } from "./run-timeline.ts";

/** The Azure DevOps that has the run as a build. Without one, only the run's folder has what steps attach and publish. */
export interface BuildServer {
  /** `System.CollectionUri`, which ends with a slash. */
  collectionUrl: string;
  /** The access token of the agent itself. */
  token: string;
  caFile: string;
  /** Adds the build before the first step, as the server does before an agent gets the job. */
  startBuild(build: BuildStart): void;
  /** Changes the number of the build (BuildUpdateBuildNumberCommand of the agent). */
  renumberBuild(id: number, number: string): void;
  /** Adds or changes a part of the run. */
  updateTimeline(id: number, record: RunRecord): void;
  /** The environment of a deployment job; the first job that names it creates it. */
  environment(id: number, name: string): { id: number; name: string };
  /** Asks for the approvals of environments before a stage starts. Environments without approvals are left out. */
  requestApprovals(id: number, stageId: string, environments: readonly string[]): StageApproval[];
  /** Adds a deployment job to the history of its environment. @returns what to call when it has finished */
  startDeployment(
    id: number,
    deployment: { environment: string; stage: string; job: string },
  ): (result: StepOutcome) => void;
  /** Adds an artifact whose files are in the folder. @param recordId the part of the run that published it */
  addArtifact(id: number, artifact: PublishedArtifact, recordId: string): void;
  /** The attachments of a type of all builds of the project, the oldest build first. */
  attachments(type: string): BuildAttachment[];
  /** The tags of the build, also those that a task has added over REST. */
  tags(id: number): string[];
  finishBuild(id: number, result: "succeeded" | "partiallySucceeded" | "failed" | "canceled"): void;
  /** The pull request for which a pipeline with a `pr` trigger runs. */
  pullRequest?: OpenPullRequest;
}

interface BuildStart {
  id: number;
  timelineId: string;
  requestedFor: string;
  number: string;
  definition: { id: number; name: string };
  planId: string;
  sourceBranch: string;
  sourceVersion: string;
  reason: string;
  repository: { id: string; name: string; type: string };
}

export interface BuildAttachment {
  buildId: number;
  buildNumber: string;
  content: string;
}

/** What the people of an environment answered before a stage. */
export interface StageApproval {
  environment: string;
  isApproved: boolean;
  answers: { approver: string; answer: "approved" | "rejected"; comment: string }[];
}

export interface OpenPullRequest {
  id: number;
  title: string;
  repository: { id: string; name: string };
  /** `refs/heads/…` */
  sourceBranch: string;
  targetBranch: string;
  /** A line for each comment and each status. */
  activity(): string[];
  /** The markdown of each comment. */
  comments(): string[];
}

/** The types of attachments that the agent chooses itself (CoreAttachmentType of the agent). */
export const summaryType = "DistributedTask.Core.Summary";
export const fileType = "DistributedTask.Core.FileAttachment";

/** How many test results the agent sends in one request. */
const resultsPerRequest = 1_000;

/** Adds attachments, tags and test results to the build, over the REST API that the agent uses. */
export class BuildRecorder {
  readonly #buildServer: BuildServer;
  readonly #build: { id: number; projectId: string; planId: string; timelineId: string };

  constructor(
    buildServer: BuildServer,
    build: { id: number; projectId: string; planId: string; timelineId: string },
  ) {
    this.#buildServer = buildServer;
    this.#build = build;
  }

  /** https://learn.microsoft.com/rest/api/azure/devops/distributedtask/attachments/create */
  async attach(recordId: string, attachment: { type: string; name: string; file: string }): Promise<void> {
    const { planId, timelineId } = this.#build;
    const record = `distributedtask/hubs/build/plans/${planId}/timelines/${timelineId}/records/${recordId}`;
    const [type, name] = [attachment.type, attachment.name].map(encodeURIComponent);
    await this.#send("PUT", `${record}/attachments/${type}/${name}`, await readFile(attachment.file));
  }

  /** https://learn.microsoft.com/rest/api/azure/devops/build/tags/add-build-tag */
  async tag(tag: string): Promise<void> {
    await this.#send("PUT", `build/builds/${this.#build.id}/tags/${encodeURIComponent(tag)}`);
  }

  /** https://learn.microsoft.com/rest/api/azure/devops/test/runs and …/test/results */
  async publish({ title, cases, files, attachFiles = true }: PublishedTests): Promise<void> {
    const started = {
      name: title,
      build: { id: String(this.#build.id) },
      automated: true,
      state: "InProgress",
    };
    const { id } = (await this.#send("POST", "test/runs", started)) as { id: number };
    for (let at = 0; at < cases.length; at += resultsPerRequest)
      await this.#send(
        "POST",
        `test/runs/${id}/results`,
        cases.slice(at, at + resultsPerRequest).map(resultBody),
      );
    for (const file of attachFiles ? files : []) {
      const stream = (await readFile(file)).toString("base64");
      const fileName = file.split(/[\\/]/).at(-1);
      await this.#send("POST", `test/runs/${id}/attachments`, {
        stream,
        fileName,
        attachmentType: "GeneralAttachment",
      });
    }
    await this.#send("PATCH", `test/runs/${id}`, { state: "Completed" });
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const { collectionUrl, token, caFile } = this.#buildServer;
    const isBinary = Buffer.isBuffer(body);
    const url = new URL(`${this.#build.projectId}/_apis/${path}?api-version=7.1`, collectionUrl);
    const ca = await readFile(caFile);
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        "content-type": isBinary ? "application/octet-stream" : "application/json",
      };
      const request = https.request(url, { method, headers, ca }, async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        const { statusCode = 0 } = response;
        if (statusCode < 300) return resolve(text === "" ? undefined : JSON.parse(text));
        reject(
          new Error(
            couldNot(
              `send ${method} ${path} to Azure DevOps`,
              `it returned ${statusCode} ${text.slice(0, 300)}`,
              "see the log of the local workspace",
            ),
          ),
        );
      });
      request.on("error", reject);
      request.end(isBinary || body === undefined ? body : JSON.stringify(body));
    });
  }
}

function resultBody({ name, className, outcome, durationMs, message, trace }: PublishedTestCase): object {
  return {
    testCaseTitle: name,
    automatedTestName: className ? `${className}.${name}` : name,
    automatedTestStorage: className,
    outcome: { passed: "Passed", failed: "Failed", skipped: "NotExecuted" }[outcome],
    durationInMs: durationMs,
    state: "Completed",
    ...(message ? { errorMessage: message } : {}),
    ...(trace ? { stackTrace: trace } : {}),
  };
}
