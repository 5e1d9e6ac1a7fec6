import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { runPipeline } from "../../local/agent/run/pipeline-runner.ts";
import type { PipelineRecord } from "../../local/agent/run/run-types.ts";
import { agentWorkspace } from "../../local/cli/agent-workspace.ts";
import { readConfigFile } from "../../local/cli/config-file.ts";
import { type Emulator, startEmulator } from "../../local/emulator/index.ts";
import { assertNoSecretsOfRun } from "../harness/pipeline-secrets.ts";

const root = path.join(import.meta.dirname, "..", "..");

/** Texts to replace, by the path of a file of the example. */
type Edits = Record<string, [text: string, replacement: string]>;

interface RanExample {
  record: PipelineRecord;
  output: string;
}

/** An example in a repository of its own, on a local workspace with Spark that several runs share: its JVM takes long to start. */
export class ExampleWorkspace implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly #repository: string;
  readonly #example: string;

  private constructor(emulator: Emulator, repository: string, example: string) {
    this.emulator = emulator;
    this.#repository = repository;
    this.#example = example;
  }

  /** @param example its folder below `examples/` */
  static async open(example: string, edits: Edits = {}): Promise<ExampleWorkspace> {
    const repository = await mkdtemp(path.join(tmpdir(), "example-"));
    const folder = path.join(repository, "examples", example);
    await cp(path.join(root, "examples", example), folder, { recursive: true });
    await edit(folder, edits);
    execFileSync("git", ["init", "--quiet"], { cwd: repository });
    const config = await readConfigFile(path.join(folder, "notebook-ops.local.yml"));
    return new ExampleWorkspace(await startEmulator({ config, warmUp: true }), repository, example);
  }

  /**
   * Runs a pipeline of the example, and asserts that the run shows no secret.
   * @param options.edits of the example, for this run and those after it
   * @param options.cancelAt cancels the run, as Ctrl-C does, when its output matches
   */
  async run(
    pipeline: string,
    { edits = {}, cancelAt }: { edits?: Edits; cancelAt?: RegExp } = {},
  ): Promise<RanExample> {
    const folder = path.join(this.#repository, "examples", this.#example);
    await edit(folder, edits);
    const cancel = new AbortController();
    let output = "";
    const record = await runPipeline({
      file: path.join(folder, pipeline),
      host: { ...agentWorkspace(this.emulator), linksEndWithRun: true },
      signal: cancel.signal,
      out: new Writable({
        write(chunk, _encoding, done) {
          output += String(chunk);
          if (cancelAt?.test(output)) cancel.abort();
          done();
        },
      }),
    });
    assertNoSecretsOfRun({ record, output });
    return { record, output };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.stop();
    await rm(this.#repository, { recursive: true, force: true });
  }
}

async function edit(folder: string, edits: Edits): Promise<void> {
  for (const [file, [text, replacement]] of Object.entries(edits)) {
    const content = await readFile(path.join(folder, file), "utf8");
    assert.ok(content.includes(text), `${file} of the example has no ${text}`);
    await writeFile(path.join(folder, file), content.replace(text, replacement));
  }
}
