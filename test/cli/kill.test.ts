import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ReadyRecord } from "../../local/emulator/ready-record.ts";
import { ask } from "../emulator/ask.ts";
import { isGone, until } from "../harness/processes.ts";
import { fixture, notebookOps } from "./run-command.ts";

describe("notebook-ops commands that are killed", function () {
  this.timeout(120_000);
  let folder: string;
  let temp: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "kill-test-"));
    temp = mkdtempSync(path.join(tmpdir(), "kill-temp-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(temp, { recursive: true, force: true });
  });

  /** Runs the command and kills it as soon as its output names a process for each of the words, as `word 123`; those processes. */
  async function killWhenUp(words: string[], args: string[]): Promise<number[]> {
    let pids: number[] = [];
    await notebookOps(args, {
      environment: { TMPDIR: temp },
      onOut: (text, child) => {
        const found = words.map((word) => Number(new RegExp(`\\b${word} (\\d+)`).exec(text)?.[1]));
        if (pids.length > 0 || found.some(Number.isNaN)) return;
        pids = found;
        child.kill("SIGKILL");
      },
    });
    assert.equal(pids.length, words.length);
    return pids;
  }
  /** The folders of workspaces, drivers and work that stand in the command's temporary folder. */
  const leftInTemp = () =>
    readdirSync(temp)
      .flatMap((name) => (name.startsWith("notebook-ops-runs") ? inRuns(path.join(temp, name)) : [name]))
      .filter((name) => /^(notebook-ops-|nbo-)|\/work$/.test(name));
  const inRuns = (runs: string) =>
    readdirSync(runs)
      .filter((name) => name.startsWith("run-"))
      .flatMap((run) => readdirSync(path.join(runs, run)).map((name) => `${run}/${name}`));

  it("a killed notebook-ops command leaves no process of the step that ran, not even one in another session, and no folder but its logs", async () => {
    const words = ["step", "child", "session", "bare"];
    // Elsewhere a process that has left its session and its parent cannot be told from any other of the user's.
    if (process.platform === "linux") words.push("daemon");
    const pids = await killWhenUp(words, ["run", fixture("stays.yml")]);
    await until(() => pids.every(isGone));
    await until(() => leftInTemp().length === 0);
  });

  it("a killed notebook-ops command leaves no process of a task and of the program that the task runs", async () => {
    const tool = path.join(folder, "artifacttool");
    writeFileSync(tool, `#!/bin/sh\ntrap '' INT TERM HUP\necho "tool $$ task $PPID"\nexec sleep 1000\n`, {
      mode: 0o755,
    });
    writeFileSync(path.join(folder, "etl.py"), "# Databricks notebook source\n");
    writeFileSync(path.join(folder, "notebook-ops.local.yml"), "feeds: [weather]\nspark: { master: none }\n");
    const pipeline = path.join(folder, "azure-pipelines.yml");
    writeFileSync(
      pipeline,
      `variables: { UPack.OverrideArtifactToolPath: "${folder}" }
steps:
  - checkout: self
  - task: NotebookPublishArtifact@1
    inputs: { notebookFolder: ., feed: weather, packageName: weather, packageVersion: 1.0.0, widget: "" }
`,
    );
    const pids = await killWhenUp(["tool", "task"], ["run", pipeline]);
    await until(() => pids.every(isGone));
    await until(() => leftInTemp().length === 0);
  });

  it("a killed notebook-ops command leaves no process and no folder of the workspace while a notebook runs", async () => {
    const file = path.join(folder, "pids.json");
    const notebook = `# Databricks notebook source
import json, os, signal, subprocess, time
stray = subprocess.Popen(["sleep", "1000"], start_new_session=True)
spark.range(3).count()
with open(${JSON.stringify(`${file}.part`)}, "w") as out:
    json.dump([os.getpid(), os.getppid(), stray.pid], out)
os.rename(${JSON.stringify(`${file}.part`)}, ${JSON.stringify(file)})
signal.signal(signal.SIGINT, signal.SIG_IGN)
time.sleep(1000)
`;
    let started = false;
    let pids: number[] = [];
    await notebookOps(["emulator", "--json"], {
      environment: { TMPDIR: temp },
      onOut: (text, child) => {
        if (started || !text.includes("\n")) return;
        started = true;
        void submit(JSON.parse(text.split("\n")[0] ?? "") as ReadyRecord, notebook)
          .then(() => until(() => existsSync(file)))
          .then(() => {
            pids = [...(JSON.parse(readFileSync(file, "utf8")) as number[]), javaOf(temp)];
          })
          .finally(() => child.kill("SIGKILL"));
      },
    });
    assert.equal(pids.length, 4);
    await until(() => pids.every(isGone));
    await until(() => leftInTemp().length === 0);
  });

  it("a killed notebook-ops command leaves neither the command that ran beside the workspace nor the workspace's folder", async () => {
    const script =
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6); console.log('beside ' + process.pid)";
    const pids = await killWhenUp(["beside"], ["emulator", "--", process.execPath, "-e", script]);
    await until(() => pids.every(isGone));
    await until(() => leftInTemp().length === 0);
  });
});

/** Runs a notebook on the job cluster of a workspace that another process serves. */
async function submit(ready: ReadyRecord, source: string): Promise<void> {
  const post = async (route: string, body: object) => {
    const { status, text } = await ask({ ready }, "POST", `${ready.databricksUrl}${route}`, {
      token: ready.databricksToken,
      body: JSON.stringify(body),
    });
    assert.equal(status, 200, text);
  };
  await post("/api/2.0/workspace/import", {
    path: "/Shared/waits",
    format: "SOURCE",
    language: "PYTHON",
    content: Buffer.from(source).toString("base64"),
  });
  await post("/api/2.1/jobs/runs/submit", {
    tasks: [
      {
        task_key: "waits",
        notebook_task: { notebook_path: "/Shared/waits" },
        new_cluster: { spark_version: "15.4.x-scala2.12", node_type_id: "Standard_DS3_v2", num_workers: 0 },
      },
    ],
  });
}

/** The Java process whose arguments name a folder below `temp`. */
function javaOf(temp: string): number {
  const found = spawnSync("ps", ["-A", "-ww", "-o", "pid=,args="], { encoding: "utf8" })
    .stdout.split("\n")
    .find((line) => line.includes(temp) && line.includes("SparkSubmit"));
  return Number.parseInt(found ?? "", 10);
}
