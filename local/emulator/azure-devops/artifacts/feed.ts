/** A subset of a feed's versions: what is published is in Local alone, until it is promoted. */
export interface FeedView {
  id: string;
  name: "Local" | "Prerelease" | "Release";
}

export interface Feed {
  id: string;
  name: string;
  description?: string;
  /** A feed belongs to a project or, where there is none, to the organisation. */
  project?: string;
  /** The three that each new feed has (https://learn.microsoft.com/azure/devops/artifacts/feeds/views). */
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
  /** Ids of the views to which it was promoted. */
  views: Set<string>;
  /** A deleted version's number stays taken for ever. */
  deletedOn?: string;
  /** By name; in a universal package that is the path in its folder. */
  files: Map<string, FeedFile>;
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
