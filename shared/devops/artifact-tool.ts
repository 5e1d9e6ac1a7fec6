import { createWriteStream } from "node:fs";
import { access, chmod, constants, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { HttpClient } from "../http/client.ts";
import { HostPolicy } from "../http/hosts.ts";
import { type ClientHost, InputError, type TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { attempt, PassingFailure } from "./attempts.ts";
import { type ToolRelease, toolRelease } from "./client-tools.ts";
import type { AzureDevOps } from "./connection.ts";
import { ToolCache } from "./tool-cache.ts";
import { unzip } from "./unzip.ts";

const overrideVariable = "UPack.OverrideArtifactToolPath";
/** The zips of ArtifactTool are some 50 MB. */
const mostBytes = 512 * 1024 ** 2;

/**
 * The path of ArtifactTool, Microsoft's program for universal packages: in the folder that the variable
 * UPack.OverrideArtifactToolPath names, else in the agent's tool cache, else downloaded into that, as Microsoft's own task does.
 */
export async function artifactTool(
  host: ClientHost & Pick<TaskHost, "variable">,
  devops: AzureDevOps,
): Promise<string> {
  const override = host.variable(overrideVariable);
  if (override !== undefined) return existing(programIn(override));
  const release = await toolRelease(devops, "artifacttool");
  if (!/^\w[\w.-]*$/.test(release.version))
    throw new Error(
      couldNot(
        "find the current ArtifactTool",
        `${new URL(devops.collectionUrl).host} answered with an invalid version`,
        "run the step again",
      ),
    );
  const tempFolder = host.variable("Agent.TempDirectory") ?? os.tmpdir();
  const cache = new ToolCache(host.variable("Agent.ToolsDirectory") ?? path.join(tempFolder, "tools"));
  const cached = cache.find(["artifacttool", "ArtifactTool"], release.version);
  if (cached !== undefined) return programIn(cached);
  host.log.line(`Downloading ArtifactTool ${release.version}, which this agent does not have yet.`);
  const folder = await cache.add("artifacttool", release.version, async (target) => {
    await downloadInto(host, release, { target, tempFolder });
    await chmod(programIn(target), 0o755);
  });
  return programIn(folder);
}

/** The program in a folder of ArtifactTool, whose name depends on the system. */
export function programIn(folder: string, platform: string = process.platform): string {
  return platform === "win32"
    ? path.win32.join(folder, "ArtifactTool.exe")
    : path.posix.join(folder, "artifacttool");
}

async function existing(program: string): Promise<string> {
  try {
    await access(program, constants.X_OK);
    return program;
  } catch (cause) {
    throw new InputError(
      couldNot(
        `use the ArtifactTool that the variable ${overrideVariable} names`,
        `${program} is not a program that can be run`,
        "correct the variable, or remove it to use the organisation's own ArtifactTool",
      ),
      { cause },
    );
  }
}

async function downloadInto(
  host: ClientHost,
  { uri, version }: ToolRelease,
  { target, tempFolder }: { target: string; tempFolder: string },
): Promise<void> {
  const folder = await mkdtemp(path.join(tempFolder, "notebook-ops-download-"));
  const file = path.join(folder, "artifacttool.zip");
  try {
    await download(host, uri, file);
    await unzip(file, target, `ArtifactTool ${version} from ${new URL(uri).host}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without the job's token: the address carries its own permission. A download that is cut off starts again. */
async function download(host: ClientHost, uri: string, file: string): Promise<void> {
  const http = new HttpClient({
    baseUrl: uri,
    hosts: new HostPolicy("devopsDownloads", host.allowedHosts),
    network: host.network,
    signal: host.signal,
    log: host.log,
  });
  const attempted = `download ArtifactTool from ${new URL(uri).host}`;
  await attempt(host, async () => {
    const stream = await http.stream({ method: "GET", path: uri, attempted: "download ArtifactTool" });
    try {
      await pipeline(stream, limited, createWriteStream(file));
    } catch (cause) {
      host.signal.throwIfAborted();
      if (cause instanceof TooLong)
        throw new Error(
          couldNot(
            attempted,
            `it sent more than ${mostBytes / 1024 ** 2} MB`,
            "look for a proxy that answers instead of it",
          ),
          { cause },
        );
      throw new PassingFailure(
        couldNot(
          attempted,
          "the connection was cut off",
          "run the step again; if it fails again, look for a proxy or firewall that cuts connections",
        ),
        { cause },
      );
    }
  });
}

class TooLong extends Error {}

/** Passes a stream on until it has sent more than a zip of the tool can have. */
async function* limited(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new TooLong();
    yield chunk;
  }
}
