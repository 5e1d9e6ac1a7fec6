import { mapBounded } from "../../concurrency/bounded.ts";
import { findCollision, pathProblem, quotePath } from "../../notebook/artifact/paths.ts";
import type { TaskHost } from "../../task/host.ts";
import { shortestInDocument } from "../../task/secret-mask.ts";
import type { RemoteEntry } from "../onelake/listing.ts";
import { runFiles } from "./remote-run.ts";
import type { RunFolder } from "./run-folder.ts";

/** The artifact of the pipeline run. Each step that runs Spark tests has a folder in it. */
const artifactName = "spark-tests";
const mostFiles = 1_000;
const mostMegabytes = 100;
const filesAtOnce = 4;
const mostNamed = 5;

/** A file that is not published. */
interface LeftOut {
  path: string;
  /** The rest of a sentence that begins with the path. */
  why: string;
}

/**
 * Publishes the files that the tests left in FABRIC_TEST_ARTIFACTS as an artifact of the pipeline run. A failure, and each file that is left
 * out, is a warning, because the tests themselves have a result.
 * @param place folder in the artifact, a name that only this step has
 */
export async function publishArtifacts(host: TaskHost, run: RunFolder, place: string): Promise<void> {
  const { log, signal } = host;
  try {
    const found = await run.files(runFiles.artifacts);
    if (found.length === 0) return;
    // The agent fails a step of a classic release that uploads an artifact (ArtifactCommandExtension.cs of the agent).
    if ((host.variable("System.HostType") ?? "build").toLowerCase() !== "build") {
      log.warning(
        `The tests left ${filesOf(found.length)}, which only a pipeline run can have as an artifact, not a release.`,
      );
      return;
    }
    const { chosen, left } = choose(found, (name) =>
      host.secrets.mask(name, { shortest: shortestInDocument }),
    );
    const folder = await host.documents.folder(artifactName);
    let published = 0;
    await mapBounded(chosen, filesAtOnce, async ({ path, bytes }) => {
      const content = await run.read(`${runFiles.artifacts}/${path}`, { maxBytes: bytes });
      if (content === undefined) left.push({ path, why: "was deleted meanwhile" });
      else if (await folder.write(`${place}/${path}`, content)) published++;
      else left.push({ path, why: "contains a secret and is not text, in which it could be masked" });
    });
    signal.throwIfAborted();
    if (published > 0) {
      host.attachments.addToArtifact(artifactName, folder.path);
      log.line(
        `Published ${filesOf(published)} that the tests left: artifact ${artifactName}, folder ${place}.`,
      );
    }
    if (left.length > 0) log.warning(leftOutText(left, found.length));
  } catch (error) {
    if (!signal.aborted)
      log.warning(`${(error as Error).message} The files that the tests left are not published.`);
  }
}

function choose(
  found: readonly RemoteEntry[],
  mask: (name: string) => string,
): { chosen: RemoteEntry[]; left: LeftOut[] } {
  const left: LeftOut[] = [];
  const chosen: RemoteEntry[] = [];
  let bytes = 0;
  for (const file of found) {
    const isTooMuch = bytes + file.bytes > mostMegabytes * 1024 * 1024 || chosen.length >= mostFiles;
    const why =
      pathProblem(file.path) ??
      (mask(file.path) === file.path ? undefined : "has a secret in its name") ??
      (isTooMuch
        ? `is beyond the limit of ${mostFiles} files and ${mostMegabytes} MB for all of them`
        : undefined);
    if (why !== undefined) left.push({ path: file.path, why });
    else {
      chosen.push(file);
      bytes += file.bytes;
    }
  }
  for (let both = findCollision(names(chosen)); both !== undefined; both = findCollision(names(chosen))) {
    const [one, other] = both;
    chosen.splice(names(chosen).lastIndexOf(other), 1);
    left.push({ path: other, why: `is the same file as ${quotePath(one)} on systems that ignore case` });
  }
  return { chosen, left };
}

const names = (files: readonly RemoteEntry[]) => files.map(({ path }) => path);

function leftOutText(left: readonly LeftOut[], total: number): string {
  const named = left.slice(0, mostNamed).map(({ path, why }) => `${quotePath(path)} ${why}`);
  const more = left.length > named.length ? `; and ${left.length - named.length} more` : "";
  return `Left out ${left.length} of ${filesOf(total)} that the tests left: ${named.join("; ")}${more}.`;
}

function filesOf(count: number): string {
  return count === 1 ? "1 file" : `${count} files`;
}
