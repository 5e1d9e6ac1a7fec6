import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { refuse } from "./dialect.ts";

export interface FeedFile {
  name: string;
  content: Buffer;
  sha256: string;
  requiresPython?: string;
}

export interface PackageVersion {
  id: string;
  version: string;
  publishedOn: string;
  publisher: string;
  files: Map<string, FeedFile>;
}

/** A package of one protocol in one feed. */
export interface FeedPackage {
  id: string;
  name: string;
  normalizedName: string;
  protocol: "PyPI";
  versions: Map<string, PackageVersion>;
}

export interface Feed {
  id: string;
  name: string;
  description?: string;
  /** A feed belongs to a project or, where there is none, to the organisation. */
  project?: string;
  /** By normalised name. */
  packages: Map<string, FeedPackage>;
}

/** The organisation's feeds. */
export class Feeds {
  readonly #feeds: Feed[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  list(project?: string): Feed[] {
    return this.#feeds.filter((feed) => project === undefined || feed.project === project);
  }

  create(name: string, project?: string, description?: string): Feed {
    if (this.#find(name, project)) {
      refuse(409, "FeedNameAlreadyExistsException", `A feed named '${name}' already exists.`);
    }
    const feed: Feed = { id: randomUUID(), name, packages: new Map() };
    if (project !== undefined) feed.project = project;
    if (description !== undefined) feed.description = description;
    this.#feeds.push(feed);
    return feed;
  }

  /** By name or id. A project's feed is found under its project alone, an organisation's under none, as in the cloud. */
  get(nameOrId: string, project?: string): Feed {
    return (
      this.#find(nameOrId, project) ??
      refuse(404, "FeedIdNotFoundException", `The feed with ID '${nameOrId}' doesn't exist.`)
    );
  }

  /** Adds a file to a version, which it makes where it is new. A file that is there stays: versions are immutable. */
  publish(feed: Feed, name: string, version: string, file: FeedFile, publisher: string): void {
    const normalizedName = normalizeName(name);
    let known = feed.packages.get(normalizedName);
    if (!known) {
      known = { id: randomUUID(), name, normalizedName, protocol: "PyPI", versions: new Map() };
      feed.packages.set(normalizedName, known);
    }
    let release = known.versions.get(version);
    if (release?.files.has(file.name)) {
      // wording: https://github.com/astral-sh/uv/issues/8817
      refuse(
        409,
        "PackageAlreadyExistsException",
        `The feed '${feed.name}' already contains file '${file.name}' in package '${name} ${version}'.`,
      );
    }
    if (!release) {
      const publishedOn = new Date(this.#clock.now()).toISOString();
      release = { id: randomUUID(), version, publishedOn, publisher, files: new Map() };
      known.versions.set(version, release);
    }
    release.files.set(file.name, file);
  }

  #find(nameOrId: string, project?: string): Feed | undefined {
    const wanted = nameOrId.toLowerCase();
    return this.#feeds.find(
      (feed) =>
        (feed.id === wanted || feed.name.toLowerCase() === wanted) &&
        feed.project?.toLowerCase() === project?.toLowerCase(),
    );
  }
}

/** PEP 503: case, and runs of `-`, `_` and `.`, make no difference. */
export function normalizeName(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}
