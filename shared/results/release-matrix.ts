import { oneLine } from "../text/plain-text.ts";
import type { PastRun } from "./past-run.ts";
import { outcomeOf, type ResultSums, sumsOfRecord } from "./result-sums.ts";
import type { StatusRecord } from "./status-record.ts";
import type { TestOutcome } from "./test-outcome.ts";

/** The environments in which each version of a package was tested, with the outcomes. */
export interface ReleaseMatrix {
  artifact: string;
  /** In the order in which a version is tested in them. */
  environments: string[];
  /** Newest first. */
  versions: ReleaseVersion[];
}

export interface ReleaseVersion {
  version: string;
  digest: string;
  /** One for each environment; undefined if the version was not tested in it. */
  cells: (ReleaseCell | undefined)[];
}

export interface ReleaseCell {
  outcome: TestOutcome;
  sums: ResultSums;
  finishedOn: Date;
  record: StatusRecord;
  run: PastRun;
}

/** A test of a version in an environment. The names are as shown: a reader takes two that look alike for one. */
interface VersionTest {
  artifact: string;
  version: string;
  digest: string;
  environment: string;
  record: StatusRecord;
  run: PastRun;
}

/** A matrix for each package that was tested in a named environment. Of several tests of a version there, the last one counts. */
export function releaseMatrices(runs: readonly PastRun[]): ReleaseMatrix[] {
  const tests = runs
    .flatMap((run) => run.records.flatMap((record) => testsOf(record, run)))
    .sort((a, b) => Date.parse(a.record.finishedOn) - Date.parse(b.record.finishedOn));
  return [...groupBy(tests, ({ artifact }) => artifact)].map(([artifact, ofArtifact]) => {
    // Two different contents with the same version are listed separately.
    const versions = [...groupBy(ofArtifact, ({ version, digest }) => `${version} ${digest}`).values()];
    const environments = inOrder(versions);
    return {
      artifact,
      environments,
      versions: versions.reverse().map((ofVersion) => ({
        version: ofVersion[0]!.version,
        digest: ofVersion[0]!.digest,
        cells: environments.map((name) =>
          cell(ofVersion.findLast(({ environment }) => environment === name)),
        ),
      })),
    };
  });
}

function testsOf(record: StatusRecord, run: PastRun): VersionTest[] {
  const { artifact, environment } = record;
  if (!artifact || !environment) return [];
  const shown = {
    artifact: oneLine(artifact.name, 200),
    version: oneLine(artifact.version, 100),
    environment: oneLine(environment, 100),
  };
  return [{ ...shown, digest: artifact.digest, record, run }];
}

/** In the order of the version that was tested in most environments, then the others. */
function inOrder(versions: readonly VersionTest[][]): string[] {
  const reached = versions.map((tests) => [...new Set(tests.map(({ environment }) => environment))]);
  return [...new Set(reached.sort((a, b) => b.length - a.length).flat())];
}

function cell(test: VersionTest | undefined): ReleaseCell | undefined {
  if (!test) return undefined;
  const { record, run } = test;
  const sums = sumsOfRecord(record);
  return { outcome: outcomeOf(sums), sums, finishedOn: new Date(record.finishedOn), record, run };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
