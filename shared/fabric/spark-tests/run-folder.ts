import type { Log } from "../../task/host.ts";
import { duration } from "../../text/duration.ts";
import type { RemoteEntry } from "../onelake/listing.ts";
import type { OneLake } from "../onelake/onelake.ts";
import type { OneLakePath } from "../onelake/paths.ts";
import type { FileRange } from "../onelake/read-range.ts";
import type { Dependencies } from "./dependencies.ts";
import type { ProjectFiles } from "./project-files.ts";
import { type RunRequest, runFiles } from "./remote-run.ts";

/** A file of a run's folder in memory: events of 100,000 tests are some 50 MB. */
const maxBytes = 128 * 1024 * 1024;

/** What a run needs in its folder. */
interface RunContent {
  project: { folder: string } & Pick<ProjectFiles, "exclude">;
  dependencies: Dependencies;
  entryPoint: string;
  request: RunRequest;
}

/** The folder of one run in a lakehouse, which docs/remote-tests.md describes. */
export class RunFolder {
  readonly #oneLake: OneLake;
  readonly #place: OneLakePath;

  /** @param lakehouse ids @param runId new for each run */
  constructor(oneLake: OneLake, lakehouse: { workspaceId: string; itemId: string }, runId: string) {
    this.#oneLake = oneLake;
    this.#place = { ...lakehouse, path: `Files/notebook-ops/${runId}` };
  }

  /** As the Spark job sees it, whose default lakehouse is that of the folder. */
  get mountedPath(): string {
    return `/lakehouse/default/${this.#place.path}`;
  }

  /** @param oneLakeUrl the DFS side of OneLake */
  entryPointUri(oneLakeUrl: string): string {
    const { workspaceId, itemId, path } = this.#place;
    return `abfss://${workspaceId}@${new URL(oneLakeUrl).host}/${itemId}/${path}/${runFiles.entryPoint}`;
  }

  /** Writes run.json last: without it there is no run. */
  async upload({ project, dependencies, entryPoint, request }: RunContent, log: Log): Promise<void> {
    const { exclude } = project;
    const sent = await this.#oneLake.sync(project.folder, this.#at(runFiles.project), { exclude });
    log.line(
      `Copied ${sent.uploaded} ${sent.uploaded === 1 ? "file" : "files"} of the project to ${this.#place.path} in ${duration(sent.seconds)}.`,
    );
    const files = [...dependencies.files, { name: runFiles.entryPoint, content: entryPoint }];
    await Promise.all(files.map(({ name, content }) => this.#oneLake.write(this.#at(name), content)));
    await this.#oneLake.write(this.#at(runFiles.request), JSON.stringify(request, undefined, 2));
  }

  /** Undefined if there is no such file. */
  read(name: string, limit: { maxBytes: number } = { maxBytes }): Promise<Buffer | undefined> {
    return this.#oneLake.read(this.#at(name), limit);
  }

  /** What a file has from an offset on; undefined if there is no such file. */
  readFrom(name: string, offset: number, options: { maxBytes: number }): Promise<FileRange | undefined> {
    return this.#oneLake.readFrom(this.#at(name), offset, options);
  }

  /** The files below a folder, with paths relative to it. */
  async files(name: string): Promise<RemoteEntry[]> {
    return (await this.#oneLake.list(this.#at(name))).filter(({ isFolder }) => !isFolder);
  }

  /** Whether a job has begun to run the tests. */
  isClaimed(): Promise<boolean> {
    return this.#oneLake.exists(this.#at("claim"));
  }

  /** Also ends a job that runs the tests, or begins to do so later. */
  delete(): Promise<void> {
    return this.#oneLake.delete(this.#place);
  }

  #at(name: string): OneLakePath {
    return { ...this.#place, path: `${this.#place.path}/${name}` };
  }
}
