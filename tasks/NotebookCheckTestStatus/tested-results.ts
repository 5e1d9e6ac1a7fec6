import { listAttachments, readAttachment } from "../../shared/devops/builds.ts";
import type { AzureDevOps } from "../../shared/devops/connection.ts";
import type { Finding } from "../../shared/results/gate/findings.ts";
import type { GateDecision } from "../../shared/results/gate/gate-decision.ts";
import type { PipelineRun } from "../../shared/results/gate/pipeline-run.ts";
import { readJUnit } from "../../shared/results/junit-reader.ts";
import { junitType } from "../../shared/results/report/report-type.ts";
import { detailsOf, type ResultDetails } from "../../shared/results/result-details.ts";
import {
  type StatusRecord,
  type StatusResult,
  statusRecordSchema,
} from "../../shared/results/status-record.ts";
import { countOutcomes } from "../../shared/results/test-case.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { maskTexts } from "../../shared/task/secret-mask.ts";
import { couldNot } from "../../shared/text/could-not.ts";

/** What a task attaches for one step is smaller. */
const maxJUnitBytes = 16 * 1024 * 1024;
/** The most JUnit files of a run that are read. */
const filesRead = 20;

interface Tested {
  record: StatusRecord;
  details: Map<StatusResult, ResultDetails>;
}

/** What was tested, in one record: of runs that tested at the same time, the results of all. */
export async function testedBy(
  host: TaskHost,
  devops: AzureDevOps,
  deciding: readonly Finding[],
  { artifact, environment, run, decidedOn }: GateDecision,
): Promise<Tested> {
  const mask = (text: string) => host.secrets.mask(text);
  const found = await Promise.all(
    deciding.flatMap((finding) =>
      finding.record ? [withDetails(host, devops, finding.run, maskTexts(finding.record, mask))] : [],
    ),
  );
  const [first] = found;
  if (first && found.length === 1) return first;
  const results = found.flatMap(({ record }) => record.results);
  const record: StatusRecord = {
    ...(first?.record ?? { schema: statusRecordSchema, platform: "databricks", workspace: "" }),
    ...{ artifact, environment, run },
    startedOn: first?.record.startedOn ?? decidedOn,
    finishedOn: first?.record.finishedOn ?? decidedOn,
    counts: countOutcomes(results),
    results,
  };
  return { record, details: new Map(found.flatMap(({ details }) => [...details])) };
}

/** A record with the failing cells and traces of its results, which are in the JUnit files of its run. A file that cannot be read is left out. */
async function withDetails(
  host: TaskHost,
  devops: AzureDevOps,
  { id, project }: PipelineRun,
  record: StatusRecord,
): Promise<Tested> {
  const build = { id, project: project.id };
  const details = new Map<StatusResult, ResultDetails>();
  try {
    const files = await listAttachments(devops, build, junitType);
    for (const file of files.slice(0, filesRead)) {
      const text = await readAttachment(devops, file, { build, maxBytes: maxJUnitBytes });
      if (text === undefined) continue;
      const junit = readJUnit(text, { file: `the JUnit file ${file.name}` });
      const found = detailsOf(
        record,
        maskTexts(junit, (each) => host.secrets.mask(each)),
      );
      for (const [result, detail] of found) if (!details.has(result)) details.set(result, detail);
    }
  } catch (error) {
    host.signal.throwIfAborted();
    host.log.detail(couldNot(`read the JUnit files of pipeline run ${id}`, (error as Error).message));
  }
  return { record, details };
}
