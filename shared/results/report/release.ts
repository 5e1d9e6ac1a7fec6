import { oneLine, webAddress } from "../../text/plain-text.ts";

/** What whoever signs a version off must know besides the results and what the gate decided. May contain text from outside. */
export interface ReleaseFacts {
  artifact: { name: string; version: string; digest: string };
  /** Where the version was tested. */
  environment: string;
  /** Where the notebooks come from, as the artifact says. */
  source?: { repository?: string; commit?: string; branch?: string };
  /** The pipeline runs that tested the version. */
  runs: { words: string; url?: string }[];
  /** The environment that consumers use, with what is deployed there; undefined if that is unknown. */
  production?: {
    environment: string;
    /** Undefined if no deployment there is known. */
    deployed?: {
      version: string;
      digest: string;
      on: Date;
      /** Undefined if the files of one of the versions are unknown. */
      changes?: ReleaseChanges;
    };
  };
}

/** Paths of files in the artifact. */
export interface ReleaseChanges {
  added: readonly string[];
  changed: readonly string[];
  removed: readonly string[];
}

/** The same as a page shows it: plain text, cut if it is long, and links to web addresses only. */
export type ReleaseView = ReleaseFacts;

export function releaseView({ artifact, environment, source, runs, production }: ReleaseFacts): ReleaseView {
  return {
    artifact: {
      name: oneLine(artifact.name, 200),
      version: oneLine(artifact.version, 100),
      digest: oneLine(artifact.digest, 100),
    },
    environment: oneLine(environment, 100),
    ...(source ? { source: sourceView(source) } : {}),
    runs: runs.map(({ words, url }) => {
      const address = webAddress(url);
      return { words: oneLine(words, 200), ...(address ? { url: address } : {}) };
    }),
    ...(production ? { production: productionView(production) } : {}),
  };
}

function sourceView({ repository, commit, branch }: NonNullable<ReleaseFacts["source"]>) {
  return {
    ...(repository ? { repository: oneLine(repository, 200) } : {}),
    ...(commit ? { commit: oneLine(commit, 64) } : {}),
    ...(branch ? { branch: oneLine(branch.replace(/^refs\/heads\//, ""), 200) } : {}),
  };
}

function productionView({ environment, deployed }: NonNullable<ReleaseFacts["production"]>) {
  const view = { environment: oneLine(environment, 100) };
  if (!deployed) return view;
  const { version, digest, on, changes } = deployed;
  return {
    ...view,
    deployed: {
      ...{ version: oneLine(version, 100), digest: oneLine(digest, 100), on },
      ...(changes ? { changes: mapChanges(changes, (path) => oneLine(path, 300)) } : {}),
    },
  };
}

function mapChanges(
  { added, changed, removed }: ReleaseChanges,
  map: (path: string) => string,
): ReleaseChanges {
  return { added: added.map(map), changed: changed.map(map), removed: removed.map(map) };
}
