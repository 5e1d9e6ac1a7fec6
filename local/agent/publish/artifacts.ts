import { cp, mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";

/** How an artifact was published: a `Container` by `##vso[artifact.upload]`, which may add files to it several times. */
export type ArtifactType = "Container" | "PipelineArtifact";

export interface PublishedArtifact {
  name: string;
  type: ArtifactType;
  folder: string;
}

/** The artifacts of a run, each in a folder of its name. */
export class Artifacts {
  readonly #folder: string;
  readonly #types = new Map<string, ArtifactType>();
  readonly #onPublished: (artifact: PublishedArtifact) => void;

  /** @param onPublished takes each artifact after its files are there */
  constructor(folder: string, onPublished: (artifact: PublishedArtifact) => void = () => {}) {
    this.#folder = folder;
    this.#onPublished = onPublished;
  }

  /** The artifacts that this run has published so far, and their folders. */
  published(): { name: string; folder: string }[] {
    return [...this.#types.keys()].map((name) => ({ name, folder: this.folderOf(name) }));
  }

  async names(): Promise<string[]> {
    return readdir(this.#folder).catch(() => []);
  }

  folderOf(name: string): string {
    return path.join(this.#folder, name);
  }

  /**
   * Copies a file, or the content of a folder, to an artifact of the run.
   * @throws Error with one sentence if the name is not a file name or already used, or if the source does not exist
   */
  async publish(name: string, source: string, type: ArtifactType): Promise<void> {
    if (!/^[^\\/:*?"<>|]+$/.test(name) || name === "." || name === "..")
      throw new Error(
        couldNot(
          `publish the artifact ${JSON.stringify(name)}`,
          'its name is empty or contains one of \\ / : * ? " < > |',
          "choose another name",
        ),
      );
    const known = this.#types.get(name);
    if (known !== undefined && !(known === "Container" && type === "Container"))
      throw new Error(
        couldNot(
          `publish the artifact ${name}`,
          "the run already has an artifact of that name",
          "choose another name",
        ),
      );
    const found = await stat(source).catch(() => undefined);
    if (!found)
      throw new Error(
        couldNot(`publish the artifact ${name}`, `there is no file or folder ${source}`, "correct the path"),
      );
    const folder = this.folderOf(name);
    this.#types.set(name, type);
    await mkdir(folder, { recursive: true });
    const target = found.isDirectory() ? folder : path.join(folder, path.basename(source));
    await cp(source, target, { recursive: true });
    this.#onPublished({ name, type, folder });
  }
}
