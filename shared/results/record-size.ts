import type { StatusRecord, StatusResult } from "./status-record.ts";
import { countOutcomes } from "./test-case.ts";

/** The largest record that a reader accepts, in characters of JSON: 100,000 results with a message each are about 30 MB. */
export const maxRecordLength = 64 * 1024 * 1024;
const longestMessage = 200;

/**
 * The record, made smaller if readers would refuse it. First its messages are cut and its exit values left out, and then tests that scenarios reported are left out, last
 * ones first. Failed tests stay as long as possible, and every scenario stays.
 * @returns `left`: what was left out, as a sentence; undefined if nothing was
 */
export function recordThatFits(
  record: StatusRecord,
  maxLength = maxRecordLength,
): { record: StatusRecord; left?: string } {
  if (lengthOf(record) <= maxLength) return { record };
  const results = record.results.map(withShortMessage);
  const cut = { ...record, results };
  const reason = `The status record would be larger than ${maxLength} characters`;
  const excess = lengthOf(cut) - maxLength;
  if (excess <= 0) return { record: cut, left: `${reason}, so its messages were cut.` };
  const removed = testsToRemove(results, excess);
  const kept = results.filter((result) => !removed.has(result));
  return {
    record: { ...record, counts: countOutcomes(kept), results: kept },
    left: `${reason}, so its messages were cut and ${removed.size} of its ${results.length} results were left out: tests that scenarios reported. The JUnit file contains them.`,
  };
}

function withShortMessage({ exitValue: _, ...result }: StatusResult): StatusResult {
  const { message } = result;
  if (message === undefined || message.length <= longestMessage) return result;
  return { ...result, message: `${message.slice(0, longestMessage).replace(/[\uD800-\uDBFF]$/, "")}…` };
}

/** Tests whose entries have together at least `excess` characters, or all tests. */
function testsToRemove(results: readonly StatusResult[], excess: number): Set<StatusResult> {
  const names = new Set(results.filter(({ reportedBy }) => reportedBy === undefined).map(({ name }) => name));
  const tests = results.filter(({ reportedBy }) => reportedBy !== undefined && names.has(reportedBy));
  const inOrder = [
    ...tests.filter(({ outcome }) => outcome !== "failed").reverse(),
    ...tests.filter(({ outcome }) => outcome === "failed").reverse(),
  ];
  const removed = new Set<StatusResult>();
  let length = 0;
  for (const test of inOrder) {
    if (length >= excess) break;
    removed.add(test);
    length += lengthOf(test);
  }
  return removed;
}

function lengthOf(value: unknown): number {
  return JSON.stringify(value, undefined, 2).length; // as the record is written
}
