import { rm } from "node:fs/promises";
import type { TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { artifactTool } from "./artifact-tool.ts";
import { attempt, PassingFailure } from "./attempts.ts";
import { type AzureDevOps, connectAzureDevOps } from "./connection.ts";
import { connectFeeds, hasFeedConnection } from "./feed-connection.ts";
import { type PackageVersion, packageText } from "./package-identity.ts";
import { publishingFeed } from "./provenance.ts";
import { runArtifactTool, type ToolResult } from "./run-artifact-tool.ts";
import { exitCodes, mayPass } from "./tool-failure.ts";
import { viewRefusal } from "./view-refusal.ts";

/**
 * Universal packages of the organisation's feeds, through Microsoft's ArtifactTool: their storage has no documented API. A run of it
 * that fails is repeated unless the failure is a refusal.
 */
export class UniversalPackages {
  readonly #host: TaskHost;
  readonly #devops: AzureDevOps;
  readonly #program: string;
  /** Whether the feeds are those of another organisation. */
  readonly #isConnected: boolean;

  private constructor(
    host: TaskHost,
    devops: AzureDevOps,
    { program, isConnected }: { program: string; isConnected: boolean },
  ) {
    this.#host = host;
    this.#devops = devops;
    this.#program = program;
    this.#isConnected = isConnected;
  }

  /** Finds the tool, and downloads it if the agent has none: from the organisation of the job, also for the feeds of another one. */
  static async open(host: TaskHost): Promise<UniversalPackages> {
    const devops = connectFeeds(host);
    const program = await artifactTool(host, connectAzureDevOps(host));
    return new UniversalPackages(host, devops, { program, isConnected: hasFeedConnection(host) });
  }

  /**
   * Publishes a folder. "exists": the feed has that version already, which then stays as it is. "doubtful": it has, and an attempt
   * of this call that failed may have published it.
   */
  async publish(
    target: PackageVersion,
    { folder, description }: { folder: string; description?: string },
  ): Promise<"published" | "exists" | "doubtful"> {
    // A token of another organisation does not know this one's pipelines. Microsoft's task opens no session there either.
    const feed = this.#isConnected
      ? target.feed
      : await publishingFeed(this.#host, this.#devops, target.feed);
    const args = ["universal", "publish", ...identity({ ...target, feed }), "--path", folder];
    if (description !== undefined) args.push("--description", description);
    return attempt(this.#host, async (number) => {
      const result = await this.#run(args);
      if (result.exitCode === 0) return "published";
      if (result.exitCode === exitCodes.versionExists) return number === 1 ? "exists" : "doubtful";
      throw this.#failure(`publish ${packageText(target)}`, result);
    });
  }

  /**
   * Downloads a package, or those of its files that match the glob `filter`, into a folder of its own.
   * @param source its version may be a pattern, which stands for the highest version that it matches
   * @returns the version that was downloaded, if ArtifactTool says it
   */
  async download(
    source: PackageVersion,
    { folder, filter }: { folder: string; filter?: string },
  ): Promise<string | undefined> {
    const args = ["universal", "download", ...identity(source), "--path", folder];
    if (filter !== undefined) args.push("--filter", filter);
    try {
      return await attempt(this.#host, async (number) => {
        // What a run that failed has written may be half a file.
        if (number > 1) await rm(folder, { recursive: true, force: true });
        const result = await this.#run(args);
        if (result.exitCode !== 0) throw this.#failure(`download ${packageText(source)}`, result);
        return result.version;
      });
    } catch (error) {
      this.#host.signal.throwIfAborted();
      throw (await viewRefusal(this.#devops, source, error)) ?? error;
    }
  }

  #failure(attempted: string, result: ToolResult): Error {
    const { exitCode, errors } = result;
    const cameBack = `ArtifactTool ended with exit code ${exitCode}${errors === "" ? "" : `: ${errors}`}`;
    if (mayPass(result)) return new PassingFailure(couldNot(attempted, cameBack, "run the step again later"));
    const permissions = this.#isConnected ? checkOwnerOfToken : checkBuildService;
    return new Error(couldNot(attempted, cameBack, advice[exitCode] ?? permissions));
  }

  #run(args: readonly string[]): Promise<ToolResult> {
    return runArtifactTool(this.#host, this.#devops, { program: this.#program, args });
  }
}

function identity({ feed, name, version }: PackageVersion): string[] {
  const project = feed.project === undefined ? [] : ["--project", feed.project];
  return ["--feed", feed.name, ...project, "--package-name", name, "--package-version", version];
}

const advice: Readonly<Record<number, string>> = {
  [exitCodes.badVersion]: "give packageVersion a semantic version such as 1.0.0",
  [exitCodes.noMatch]:
    "publish a version that packageVersion matches and that is not a prerelease, or give the whole number of a version",
};
const checkBuildService =
  "check the names of feed and package, and that the build service may read (Feed Reader) or publish (Feed Publisher) there";
const checkOwnerOfToken =
  "check the names of feed and package, that the token of the service connection has not expired, and that its owner may read (Feed Reader) or publish (Feed Publisher) there";
