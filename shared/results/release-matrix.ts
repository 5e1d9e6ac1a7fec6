import type { PastRun } from "./past-run.ts";
import { oneLine } from "./plain-text.ts";
import type { StatusRecord } from "./status-record.ts";
import { type OutcomeCounts, overallOutcome, type TestOutcome } from "./test-run.ts";

/** Where each version of a package was tested, and how that went. */
export interface ReleaseMatrix {
  artifact: string;
  /** In the order in which a version goes through them. */
  environments: string[];
  /** Newest first. */
  versions: ReleaseVersion[];
}

export interface ReleaseVersion {
  version: string;
  digest: string;
  /** One for each environment; undefined where the version was not tested. */
  cells: (ReleaseCell | undefined)[];
}

export interface ReleaseCell {
  outcome: TestOutcome;
  counts: OutcomeCounts;
  finishedOn: Date;
  run: PastRun;
}

interface Proof {
  record: StatusRecord & { artifact: NonNullable<StatusRecord["artifact"]>; environment: string };
  run: PastRun;
}

/** A matrix for each package that the runs tested in a named environment; of several tests of a version there, the last. */
export function releaseMatrices(runs: readonly PastRun[]): ReleaseMatrix[] {
  const proofs = runs
    .flatMap((run) => run.records.map((record) => ({ record, run })))
    .filter((proof): proof is Proof => Boolean(proof.record.artifact && proof.record.environment))
    .sort((a, b) => Date.parse(a.record.finishedOn) - Date.parse(b.record.finishedOn));
  return [...groupBy(proofs, ({ record }) => record.artifact.name)].map(([artifact, ofArtifact]) => {
    // A version is what its digest says: two contents under one version stand apart.
    const versions = [
      ...groupBy(ofArtifact, ({ record }) => `${record.artifact.version} ${record.artifact.digest}`).values(),
    ];
    const environments = inOrder(versions);
    return {
      artifact: oneLine(artifact, 200),
      environments: environments.map((name) => oneLine(name, 100)),
      versions: versions.reverse().map((ofVersion) => ({
        version: oneLine(ofVersion[0]!.record.artifact.version, 100),
        digest: ofVersion[0]!.record.artifact.digest,
        cells: environments.map((name) =>
          cell(ofVersion.findLast(({ record }) => record.environment === name)),
        ),
      })),
    };
  });
}

/** The order of the version that came furthest, then those that it did not reach. */
function inOrder(versions: readonly Proof[][]): string[] {
  const reached = versions.map((proofs) => [...new Set(proofs.map(({ record }) => record.environment))]);
  return [...new Set(reached.sort((a, b) => b.length - a.length).flat())];
}

function cell(proof: Proof | undefined): ReleaseCell | undefined {
  if (!proof) return undefined;
  const { counts, finishedOn } = proof.record;
  return { outcome: overallOutcome(counts), counts, finishedOn: new Date(finishedOn), run: proof.run };
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
