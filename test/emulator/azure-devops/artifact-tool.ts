import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Emulator } from "../../../local/emulator/index.ts";
import { connect, run } from "./node-client.ts";

export interface ToolOutcome {
  exitCode: number;
  stdout: string;
  /** What standard error's JSON lines say. */
  messages: string[];
}

/** ArtifactTool as a task gets it: by the client tools API, unpacked by a zip reader that is not ours. */
export class ArtifactTool {
  readonly #workspace: Emulator;
  readonly #folder: string;

  private constructor(workspace: Emulator, folder: string) {
    this.#workspace = workspace;
    this.#folder = folder;
  }

  static async install(workspace: Emulator): Promise<ArtifactTool> {
    const release = (await run(
      workspace,
      `${connect}
      const { requestUrl } = await api.vsoClient.getVersioningData(
        "5.0-preview", "clienttools", "187ec90d-dd1e-4ec6-8c57-937d979261e5",
        { toolName: "artifacttool" }, { osName: "Linux", arch: "amd64" },
      );
      answer((await api.rest.get(requestUrl)).result);`,
    )) as { uri: string };
    const folder = await mkdtemp(path.join(tmpdir(), "artifact-tool-"));
    const archive = path.join(folder, "artifacttool.zip");
    await writeFile(archive, await download(release.uri, await readFile(workspace.ready.caFile)));
    await promisify(execFile)("python3", ["-m", "zipfile", "--extract", archive, folder]);
    await chmod(path.join(folder, "artifacttool"), 0o755);
    return new ArtifactTool(workspace, folder);
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  /** `options` without those that each call has; the token is the build service's unless `token` is another. */
  async run(
    command: "publish" | "download",
    options: Record<string, string>,
    token = this.#workspace.azureDevOps.accessToken,
  ): Promise<ToolOutcome> {
    const all = { service: `${this.#workspace.ready.devopsUrl}/`, patvar: "UPACK_PAT", ...options };
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const env = { PATH: process.env.PATH, ...this.#workspace.environment, UPACK_PAT: token };
    const tool = path.join(this.#folder, "artifacttool");
    const { code, stdout, stderr } = await promisify(execFile)(tool, ["universal", command, ...args], {
      env,
    }).then(
      (output) => ({ code: 0, ...output }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    const lines = stderr.split("\n").filter(Boolean);
    const messages = lines.map((line) => (JSON.parse(line) as { "@m": string })["@m"]);
    return { exitCode: code, stdout, messages };
  }
}

function download(url: string, ca: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, async (answer) => {
      resolve(Buffer.concat(await answer.toArray()));
    }).on("error", reject);
  });
}
