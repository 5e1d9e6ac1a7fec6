import { oneLine } from "../text/plain-text.ts";
import type { PastRun } from "./past-run.ts";
import type { StatusRecord } from "./status-record.ts";
import { type OutcomeCounts, overallOutcome, type TestOutcome } from "./test-case.ts";

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

/** Names as they are shown: two that look alike are one to whoever signs off. */
interface Proof {
  artifact: string;
  version: string;
  digest: string;
  environment: string;
  record: StatusRecord;
  run: PastRun;
}

/** A matrix for each package that the runs tested in a named environment; of several tests of a version there, the last. */
export function releaseMatrices(runs: readonly PastRun[]): ReleaseMatrix[] {
  const proofs = runs
    .flatMap((run) => run.records.flatMap((record) => proofOf(record, run)))
    .sort((a, b) => Date.parse(a.record.finishedOn) - Date.parse(b.record.finishedOn));
  return [...groupBy(proofs, (proof) => proof.artifact)].map(([artifact, ofArtifact]) => {
    // A version is what its digest says: two contents under one version stand apart.
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

function proofOf(record: StatusRecord, run: PastRun): Proof[] {
  const { artifact, environment } = record;
  if (!artifact || !environment) return [];
  const shown = {
    artifact: oneLine(artifact.name, 200),
    version: oneLine(artifact.version, 100),
    environment: oneLine(environment, 100),
  };
  return [{ ...shown, digest: artifact.digest, record, run }];
}

/** The order of the version that came furthest, then those that it did not reach. */
function inOrder(versions: readonly Proof[][]): string[] {
  const reached = versions.map((proofs) => [...new Set(proofs.map(({ environment }) => environment))]);
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
