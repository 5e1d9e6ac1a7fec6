import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { refuse } from "../dialect.ts";
import type { Feed, FeedFile, FeedPackage, FeedView, PackageVersion, Protocol, Provenance } from "./feed.ts";
import { compareVersions } from "./universal-version.ts";

/** A version that is about to be published. */
interface Publication {
  protocol: Protocol;
  name: string;
  version: string;
  publisher: string;
  description?: string;
  provenance?: Provenance;
}

/** The name that PEP 503 compares: case and runs of `-`, `_` and `.` make no difference. */
export function normalizePythonName(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

export function findPackage(feed: Feed, protocol: Protocol, name: string): FeedPackage | undefined {
  const normalized = normalizedNameOf(protocol, name);
  return feed.packages.find((item) => item.protocol === protocol && item.normalizedName === normalized);
}

/** The versions of a package in a view, highest first. */
export function versionsIn(item: FeedPackage, view: FeedView, withDeleted = false): PackageVersion[] {
  const versions = [...item.versions.values()].filter(
    (version) =>
      (withDeleted || version.deletedOn === undefined) &&
      (view.name === "Local" || version.views.has(view.id)),
  );
  if (item.protocol === "PyPI") return versions.reverse();
  return versions.sort((left, right) => compareVersions(right.version, left.version));
}

/** Publishes to a feed. A published version never changes. */
export class Publisher {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a file to a version, which is created if it does not exist. */
  addFile(feed: Feed, publication: Publication, file: FeedFile): void {
    const { name, version } = publication;
    const known = findPackage(feed, publication.protocol, name)?.versions.get(version);
    if (known?.files.has(file.name)) {
      // wording: https://github.com/astral-sh/uv/issues/8817
      refuse(
        409,
        "PackageAlreadyExistsException",
        `The feed '${feed.name}' already contains file '${file.name}' in package '${name} ${version}'.`,
      );
    }
    (known ?? this.#create(feed, publication)).files.set(file.name, file);
  }

  /** Publishes a whole version at once. */
  publish(feed: Feed, publication: Publication, files: readonly FeedFile[]): PackageVersion {
    const { name, version } = publication;
    const known = findPackage(feed, publication.protocol, name)?.versions.get(version);
    if (known?.deletedOn !== undefined) {
      // wording: https://github.com/MicrosoftDocs/azure-devops-docs/issues/8488
      refuse(
        409,
        "PackageVersionDeletedException",
        `The package ${name} ${version} in ${feed.name} has been deleted, and cannot be republished`,
      );
    }
    if (known) {
      refuse(
        409,
        "PackageAlreadyExistsException",
        `The feed '${feed.name}' already contains package '${name} ${version}'.`,
      );
    }
    const release = this.#create(feed, publication);
    for (const file of files) release.files.set(file.name, file);
    return release;
  }

  #create(
    feed: Feed,
    { protocol, name, version, publisher, description, provenance }: Publication,
  ): PackageVersion {
    let item = findPackage(feed, protocol, name);
    if (!item) {
      const normalizedName = normalizedNameOf(protocol, name);
      item = { id: randomUUID(), name, normalizedName, protocol, versions: new Map() };
      feed.packages.push(item);
    }
    const publishedOn = new Date(this.#clock.now()).toISOString();
    const release: PackageVersion = {
      ...{ id: randomUUID(), version, publishedOn, publisher },
      ...(description === undefined ? {} : { description }),
      ...(provenance === undefined ? {} : { provenance }),
      ...{ views: new Set<string>(), files: new Map<string, FeedFile>() },
    };
    item.versions.set(version, release);
    return release;
  }

  /** Deletes a version for good. */
  delete(version: PackageVersion): void {
    version.deletedOn = new Date(this.#clock.now()).toISOString();
    version.files.clear();
  }
}

function normalizedNameOf(protocol: Protocol, name: string): string {
  return protocol === "PyPI" ? normalizePythonName(name) : name.toLowerCase();
}
