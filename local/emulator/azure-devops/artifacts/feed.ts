/** A subset of a feed's versions. A new version is only in Local until it is promoted. */
export interface FeedView {
  id: string;
  name: "Local" | "Prerelease" | "Release";
}

export interface Feed {
  id: string;
  name: string;
  description?: string;
  /** The feed's project; undefined if it belongs to the organisation. */
  project?: string;
  /** The three views of each new feed (https://learn.microsoft.com/azure/devops/artifacts/feeds/views). */
  views: readonly FeedView[];
  packages: FeedPackage[];
}

export interface FeedFile {
  name: string;
  content: Buffer;
  sha256: string;
  requiresPython?: string;
}

export interface PackageVersion {
  id: string;
  version: string;
  description?: string;
  publishedOn: string;
  publisher: string;
  /** Who published it, and from where, as the session says in which it was published. */
  provenance?: Provenance;
  /** Ids of the views to which it was promoted. */
  views: Set<string>;
  /** The number of a deleted version cannot be used again. */
  deletedOn?: string;
  /** Files by name, which in a universal package is the path in its folder. */
  files: Map<string, FeedFile>;
}

export interface Provenance {
  /** Such as `InternalBuild`. */
  source: string;
  data: Record<string, string>;
}

export type Protocol = "PyPI" | "UPack";

/** A package of one protocol in one feed: a wheel and a universal package may have the same name. */
export interface FeedPackage {
  id: string;
  name: string;
  normalizedName: string;
  protocol: Protocol;
  /** In the order of their publication. */
  versions: Map<string, PackageVersion>;
}
