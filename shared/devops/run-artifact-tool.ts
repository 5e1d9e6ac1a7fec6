import { spawn } from "node:child_process";
import type { ClientHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { ArtifactToolOutput } from "./artifact-tool-output.ts";
import type { AzureDevOps } from "./connection.ts";

/** The environment variable in which the tool finds its token: every user of the machine can read a command line. */
const tokenVariable = "NOTEBOOK_OPS_ARTIFACTTOOL_PAT";
const killAfterMs = 2_000;

export interface ToolResult {
  exitCode: number;
  /** The version that the tool says it published or downloaded, if it does. Text from outside. */
  version?: string;
  /** Text from outside. */
  errors: string;
}

/** Runs ArtifactTool without a shell. A cancelled step ends it, and this then throws the signal's reason. */
export async function runArtifactTool(
  host: ClientHost,
  devops: AzureDevOps,
  { program, args }: { program: string; args: readonly string[] },
): Promise<ToolResult> {
  host.signal.throwIfAborted();
  const child = spawn(
    program,
    [...args, "--service", devops.collectionUrl, "--patvar", tokenVariable, "--verbosity", "Information"],
    {
      env: { ...process.env, ...proxy(host, devops), [tokenVariable]: devops.token },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    },
  );
  const output = new ArtifactToolOutput([child.stdout, child.stderr], (text) => host.log.outside(text));
  const stop = () => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), killAfterMs).unref();
  };
  host.signal.addEventListener("abort", stop, { once: true });
  try {
    const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.on("error", (cause) => reject(notStarted(program, cause)));
      child.on("close", (code, name) => resolve([code, name]));
    });
    host.signal.throwIfAborted();
    const errors = await output.errors();
    if (exitCode === null) return { exitCode: -1, errors: `it was ended by ${signal}` };
    return { exitCode, errors, version: output.version };
  } finally {
    host.signal.removeEventListener("abort", stop);
  }
}

/** The proxy that the agent was configured with, for a program that looks for it in the environment. */
function proxy(host: ClientHost, devops: AzureDevOps): Record<string, string> {
  const found = host.network.proxyFor(new URL(devops.collectionUrl));
  return found ? { HTTPS_PROXY: found.url, HTTP_PROXY: found.url } : {};
}

function notStarted(program: string, cause: NodeJS.ErrnoException): Error {
  return new Error(
    couldNot(
      `start ${program}`,
      `this machine cannot run it (${cause.code ?? cause.message})`,
      "delete its folder so that it is downloaded again, or check that ArtifactTool supports this system",
    ),
    { cause },
  );
}
