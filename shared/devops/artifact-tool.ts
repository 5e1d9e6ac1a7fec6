import { createWriteStream } from "node:fs";
import { access, chmod, constants, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { HttpClient } from "../http/client.ts";
import { HostPolicy } from "../http/hosts.ts";
import { type ClientHost, InputError, type TaskHost } from "../task/host.ts";
import { attempt, PassingFailure } from "./attempts.ts";
import { type ToolRelease, toolRelease } from "./client-tools.ts";
import type { AzureDevOps } from "./connection.ts";
import { ToolCache } from "./tool-cache.ts";
import { unzip } from "./unzip.ts";

const overrideVariable = "UPack.OverrideArtifactToolPath";
/** The zips of ArtifactTool have some 50 MB. */
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
      `Asked ${new URL(devops.collectionUrl).host} for ArtifactTool, which answered with a version that is none; run the step again.`,
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

function programIn(folder: string): string {
  return path.join(folder, process.platform === "win32" ? "ArtifactTool.exe" : "artifacttool");
}

async function existing(program: string): Promise<string> {
  try {
    await access(program, constants.X_OK);
    return program;
  } catch (cause) {
    throw new InputError(
      `The variable ${overrideVariable} leads to ${program}, which is no program that can be run: correct the variable, or remove it to use the organisation's own ArtifactTool.`,
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
    await unzip(file, target, `ArtifactTool ${version} as ${new URL(uri).host} sent it`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without the job's token: the address carries its own permission. A download that breaks off begins anew. */
async function download(host: ClientHost, uri: string, file: string): Promise<void> {
  const http = new HttpClient({
    baseUrl: uri,
    hosts: new HostPolicy("devopsDownloads", host.allowedHosts),
    network: host.network,
    signal: host.signal,
    log: host.log,
  });
  const { host: from } = new URL(uri);
  await attempt(host, async () => {
    const stream = await http.stream({ method: "GET", path: uri, attempted: "download ArtifactTool" });
    try {
      await pipeline(stream, limited, createWriteStream(file));
    } catch (cause) {
      host.signal.throwIfAborted();
      if (cause instanceof TooLong)
        throw new Error(
          `Could not download ArtifactTool from ${from}: it sent more than ${mostBytes / 1024 ** 2} MB; look for what answers in its place.`,
          { cause },
        );
      throw new PassingFailure(
        `Could not download ArtifactTool from ${from}: the connection broke off; run the step again, and if it fails again, look for a proxy or firewall that cuts connections.`,
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
