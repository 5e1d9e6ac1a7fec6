import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

const script = path.join(import.meta.dirname, "..", "..", "scripts", "results-tab.mjs");

/** `npm run results-tab`, with a folder of runs that the test fills. */
export class ResultsTabHost {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, process: ChildProcess, folder: string) {
    this.url = url;
    this.#process = process;
    this.#folder = folder;
  }

  static async start(): Promise<ResultsTabHost> {
    const folder = await mkdtemp(path.join(tmpdir(), "results-tab-"));
    const host = spawn(process.execPath, [script, "--port", "0", "--runs", folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: host.stdout })) {
      const [url] = line.match(/http:\/\/\S+/) ?? [];
      if (url) return new ResultsTabHost(url, host, folder);
    }
    throw new Error("Could not start the development host: it ended without printing its address.");
  }

  /** Writes the attachments of local runs: the texts of the status records, by build id. */
  async keep(runs: Record<string, string[]>): Promise<void> {
    for (const run of await readdir(this.#folder))
      await rm(path.join(this.#folder, run), { recursive: true });
    for (const [buildId, texts] of Object.entries(runs))
      for (const [index, text] of texts.entries()) {
        const attachment = path.join(this.#folder, `run-${buildId}`, "attachments", String(index + 1));
        await mkdir(attachment, { recursive: true });
        await writeFile(path.join(attachment, "notebooks.json"), text);
      }
  }

  /** Adds the HTML report or the JUnit file of the step whose records `keep` wrote. */
  async keepFile(buildId: string, name: "notebooks.html" | "notebooks.xml", text: string): Promise<void> {
    const attachment = path.join(
      this.#folder,
      `run-${buildId}`,
      "attachments",
      `step ${path.extname(name).slice(1)}`,
    );
    await mkdir(attachment, { recursive: true });
    await writeFile(path.join(attachment, name), text);
  }

  async stop(): Promise<void> {
    this.#process.kill();
    if (this.#process.exitCode === null && this.#process.signalCode === null)
      await once(this.#process, "exit");
    await rm(this.#folder, { recursive: true });
  }
}
