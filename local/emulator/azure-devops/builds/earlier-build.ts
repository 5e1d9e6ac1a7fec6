import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { couldNot } from "../../../../shared/text/could-not.ts";
import { momentMs } from "../../moment.ts";
import type { EarlierAttachment, EarlierBuild } from "../config.ts";
import { guidOf } from "../guid.ts";
import type { Projects } from "../projects.ts";
import type { Build, BuildAttachment } from "./build.ts";
import { Timeline } from "./timeline.ts";

/** The commit of a build that names none. */
const unknownCommit = "0".repeat(40);

export function earlierBuild(earlier: EarlierBuild, nowMs: number, projects: Projects): Build {
  const { id, definition, deleted = false, attachmentsReadable = true } = earlier;
  const doWhat = `add the build ${id}`;
  const time = (text: string) => timeOf(text, nowMs, doWhat);
  const finishedOn =
    earlier.finishTime === undefined ? new Date(nowMs).toISOString() : time(earlier.finishTime);
  const startedOn = earlier.startTime === undefined ? finishedOn : time(earlier.startTime);
  const queuedOn = earlier.queueTime === undefined ? startedOn : time(earlier.queueTime);
  const timeline = new Timeline(guidOf(`timeline ${id}`));
  const record = { timelineId: timeline.id, recordId: randomUUID(), createdOn: finishedOn };
  const attachments = (earlier.attachments ?? []).map((attachment): BuildAttachment => {
    const { type, name } = attachment;
    return { ...record, type, name, content: contentOf(attachment, doWhat) };
  });
  return {
    ...{ id, number: earlier.number ?? String(id), definition },
    project: projects.named(earlier.project, doWhat),
    planId: guidOf(`plan ${id}`),
    sourceBranch: earlier.sourceBranch ?? "refs/heads/main",
    sourceVersion: earlier.sourceVersion ?? unknownCommit,
    reason: earlier.reason ?? "manual",
    repository: { id: definition.name, name: definition.name, type: "TfsGit" },
    requestedFor: earlier.requestedFor ?? "notebook-ops",
    ...{ status: "completed", result: earlier.result ?? "succeeded", queuedOn, startedOn, finishedOn },
    ...(deleted ? { deletedOn: new Date(nowMs).toISOString() } : {}),
    ...{ tags: new Set(earlier.tags), timeline },
    ...{ attachments: deleted ? [] : attachments, artifacts: [] },
    attachmentsReadable,
  };
}

/** ISO 8601 of a time in the config. */
export function timeOf(text: string, nowMs: number, doWhat: string): string {
  const ms = momentMs(text, nowMs);
  if (ms !== undefined) return new Date(ms).toISOString();
  const advice = "write a time such as 2030-01-31T12:00:00Z, or one relative to now such as -2d";
  throw new Error(couldNot(doWhat, `${JSON.stringify(text)} is not a time`, advice));
}

function contentOf({ name, content, file }: EarlierAttachment, doWhat: string): Buffer {
  if ((content === undefined) === (file === undefined)) {
    const found = content === undefined ? "neither content nor a file" : "both content and a file";
    throw new Error(couldNot(doWhat, `its attachment ${name} has ${found}`, "write one of them"));
  }
  if (file === undefined) return Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = `could not read its attachment ${name}: ${(error as Error).message}`;
    throw new Error(couldNot(doWhat, reason, "correct the path"), { cause: error });
  }
}
