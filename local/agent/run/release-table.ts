import type { PastRun } from "../../../shared/results/past-run.ts";
import { type ReleaseCell, releaseMatrices } from "../../../shared/results/release-matrix.ts";
import { verdictText } from "../../../shared/results/report/words.ts";
import { mergeBySubject, statusRecordType } from "../../../shared/results/status-record.ts";
import { parseStatusRecord } from "../../../shared/results/status-record-reader.ts";
import type { BuildAttachment } from "./build-server.ts";
import { outcomes, withoutControls } from "./reporter.ts";
import type { RunContext } from "./run-context.ts";
import type { Style } from "./text-style.ts";

interface ReleaseTable {
  title: string;
  lines: string[];
}

/**
 * A table for each package that this run has tested: in which environments its versions were tested, with the outcomes, the newest version
 * first. The records of earlier runs are included.
 */
export function releaseTables({ options, folders, reporter }: RunContext): ReleaseTable[] {
  const attachments = options.host.buildServer?.attachments(statusRecordType) ?? [];
  const own = String(folders.buildId);
  if (!attachments.some(({ buildId }) => String(buildId) === own)) return [];
  const unreadable: string[] = [];
  const runs = pastRuns(attachments, unreadable);
  const tested = new Set(
    runs
      .filter(({ buildId }) => buildId === own)
      .flatMap(({ records }) => records.map(({ artifact }) => artifact?.name)),
  );
  const tables = releaseMatrices(
    runs.map((run) => ({
      ...run,
      records: run.records.filter(({ artifact }) => tested.has(artifact?.name)),
    })),
  ).map(({ artifact, environments, versions }) => ({
    title: `Releases of ${artifact}`,
    lines: tableLines(
      ["version", ...environments],
      versions.map(({ version, cells }) => [{ text: version }, ...cells.map(cellText)]),
      reporter.style,
    ),
  }));
  return unreadable.length === 0
    ? tables
    : [...tables, { title: "Test records that could not be read", lines: unreadable }];
}

function pastRuns(attachments: readonly BuildAttachment[], unreadable: string[]): PastRun[] {
  const runs = new Map<number, PastRun>();
  for (const { buildId, buildNumber, content } of attachments) {
    const run = runs.get(buildId) ?? { buildId: String(buildId), number: buildNumber, records: [] };
    runs.set(buildId, run);
    try {
      run.records.push(parseStatusRecord(content, `test status of build ${buildId}`));
    } catch (error) {
      unreadable.push(withoutControls((error as Error).message));
    }
  }
  return [...runs.values()].map((run) => ({ ...run, records: mergeBySubject(run.records) }));
}

interface Cell {
  text: string;
  paint?: keyof Style;
}

function cellText(cell: ReleaseCell | undefined): Cell {
  if (!cell) return { text: "-", paint: "dim" };
  const { outcome, sums } = cell;
  const { sign, paint } = outcomes[outcome === "passed" ? "succeeded" : outcome];
  return { text: `${sign} ${verdictText(sums)}`, paint };
}

function tableLines(head: readonly string[], rows: readonly Cell[][], style: Style): string[] {
  const cells = [head.map((text): Cell => ({ text: withoutControls(text), paint: "dim" })), ...rows];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.text.length)));
  return cells.map((row) =>
    row
      .map(({ text, paint }, column) => {
        const padded = column === row.length - 1 ? text : text.padEnd(widths[column]!);
        return paint ? style[paint](padded) : padded;
      })
      .join("  "),
  );
}
