import { readJUnit } from "../../shared/results/junit-reader.ts";
import { htmlReportType, junitType } from "../../shared/results/report/report-type.ts";
import { detailsOf, type ResultDetails } from "../../shared/results/result-details.ts";
import type { StatusResult } from "../../shared/results/status-record.ts";
import type { AttachmentService } from "../attachments/attachment-service.ts";
import { exportedNotebooks } from "./exported-notebooks.ts";
import { problemsOf, stepOf, values } from "./load.ts";

import type { Subject } from "./subject.ts";

const megabyte = 1024 * 1024;

/** The tasks attach a JUnit file of at most about 10 MB, and a report of about 25 MB, for each step. */
const limits = { files: 40, junitBytes: 16 * megabyte, reportBytes: 32 * megabyte };

export type Details = ReadonlyMap<StatusResult, ResultDetails>;

interface Loaded {
  details: Details;
  /** A sentence for each file that could not be read. */
  problems: string[];
}

/** Failing cells, traces and exit values, from the JUnit files of the steps. */
export async function loadDetails(
  service: AttachmentService,
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<Loaded> {
  return loadFiles(service, subjects, junitType, signal, async ({ name, read, record, run }) => {
    const file = `the JUnit file ${name} of run ${run}`;
    return detailsOf(record, readJUnit(await read(limits.junitBytes), { file }));
  });
}

/** The notebooks with their output, from the reports of the steps. */
export async function loadOutputs(
  service: AttachmentService,
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<Loaded> {
  return loadFiles(service, subjects, htmlReportType, signal, async ({ read, record }) =>
    exportedNotebooks(record, await read(limits.reportBytes)),
  );
}

interface StepFile {
  name: string;
  run: string;
  record: Subject["record"];
  read(limitBytes: number): Promise<string>;
}

async function loadFiles(
  service: AttachmentService,
  subjects: readonly Subject[],
  type: string,
  signal: AbortSignal,
  read: (file: StepFile) => Promise<Details>,
): Promise<Loaded> {
  const runs = new Map(subjects.map(({ run }) => [run.buildId, run]));
  const found = await Promise.allSettled(
    [...runs.values()].map(async (run) => {
      const records = subjects
        .filter((each) => each.run.buildId === run.buildId)
        .flatMap(({ attached }) => attached);
      const attachments = await service.attachments(run, type, signal);
      return attachments
        .slice(0, limits.files)
        .flatMap(({ name, read }) =>
          [...new Set(records)]
            .filter(({ step }) => step === stepOf(name))
            .map(({ record }): StepFile => ({ name, run: run.number, record, read })),
        );
    }),
  );
  const files = await Promise.allSettled(values(found).flat().map(read));
  signal.throwIfAborted();
  return {
    details: new Map(values(files).flatMap((details) => [...details])),
    problems: [...problemsOf(found), ...problemsOf(files)],
  };
}
