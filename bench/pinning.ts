/**
 * Compares pinning and packing 10,000 notebooks (200 MB) with `sed -i` over the same files, alternately in one run, and measures the peak
 * memory for 1,000 and for 10,000 files. Run: npm run bench -- pinning
 *
 * The target is at most 3 times the time of sed, in memory that does not grow with the number of files.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { packArtifact } from "../shared/notebook/artifact/pack.ts";
import { pinFolder } from "../shared/notebook/pin-folder.ts";
import { median, seconds } from "./measure.ts";

const fileCount = 10_000;
const fileBytes = 21_500;
const roundCount = 3;
const widgetName = "package_version";

const self = fileURLToPath(import.meta.url);
if (process.argv[2] === "pack") await packOnce(process.argv[3]!, process.argv[4]!);
else await compare();

async function compare(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "notebook-ops-bench-"));
  try {
    const folder = join(root, "notebooks");
    const bytes = makeNotebooks(folder, fileCount);
    const times: Record<"sed" | "pinInPlace" | "pinAndPack", number[]> = {
      sed: [],
      pinInPlace: [],
      pinAndPack: [],
    };
    let version = 0;
    for (let round = 0; round < roundCount; round += 1) {
      const [from, next, last] = [version, version + 1, version + 2].map((number) => `1.0.${number}`);
      times.sed.push(await timed(async () => sed(folder, from!, next!)));
      times.pinInPlace.push(await timed(() => pinFolder(folder, { widget: widgetName, value: last! })));
      times.pinAndPack.push(await timed(() => pack(folder, join(root, `out-${round}`), `2.0.${round}`)));
      rmSync(join(root, `out-${round}`), { recursive: true });
      version += 2;
    }
    const [sedMs, pinMs, packMs] = [median(times.sed), median(times.pinInPlace), median(times.pinAndPack)];
    console.log(`${fileCount} notebooks, ${Math.round(bytes / 1e6)} MB, median of ${roundCount} rounds`);
    console.log(`sed -i                ${seconds(sedMs).padStart(8)}`);
    console.log(`pin in place          ${seconds(pinMs).padStart(8)}  ${(pinMs / sedMs).toFixed(2)} × sed`);
    console.log(
      `pin and pack          ${seconds(packMs).padStart(8)}  ${(packMs / sedMs).toFixed(2)} × sed (target: at most 3)`,
    );
    const few = join(root, "few");
    makeNotebooks(few, fileCount / 10);
    console.log(`peak memory, ${fileCount / 10} files   ${packPeakMegabytes(few, join(root, "out-few"))} MB`);
    console.log(`peak memory, ${fileCount} files  ${packPeakMegabytes(folder, join(root, "out-all"))} MB`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function pack(folder: string, out: string, value: string) {
  return packArtifact({
    folder,
    out,
    name: "bench",
    version: "1.0.0",
    source: {},
    pin: { widget: widgetName, value },
  });
}

/** Runs in a process of its own, to measure its peak memory. */
function packPeakMegabytes(folder: string, out: string): string {
  return execFileSync(process.execPath, ["--import", "tsx", self, "pack", folder, out], {
    encoding: "utf8",
  }).trim();
}

async function packOnce(folder: string, out: string): Promise<void> {
  await pack(folder, out, "3.0.0");
  console.log(Math.round(process.resourceUsage().maxRSS / 1024));
}

/** What people do today, with the simplest and fastest expression that can work. */
function sed(folder: string, from: string, to: string): void {
  const expression = `s/"${from.replaceAll(".", "\\.")}"/"${to}"/`;
  execFileSync("find", [folder, "-type", "f", "-exec", "sed", "-i", expression, "{}", "+"]);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Creates notebooks, of ten each six Python, two SQL, one Scala and one ipynb, which all declare the widget. @returns their total bytes */
function makeNotebooks(folder: string, count: number): number {
  let bytes = 0;
  for (let index = 0; index < count; index += 1) {
    const [extension, content] = notebook(index);
    const directory = join(folder, `area-${index % 100}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `notebook-${index}.${extension}`), content);
    bytes += Buffer.byteLength(content);
  }
  return bytes;
}

function notebook(index: number): [string, string] {
  const call = `dbutils.widgets.text("${widgetName}", "1.0.0")`;
  const kind = index % 10;
  if (kind < 6) return ["py", sourceForm("#", call, "df = spark.range(10).filter('id > 3')  # keep some")];
  if (kind < 8)
    return [
      "sql",
      sourceForm("--", `CREATE WIDGET TEXT ${widgetName} DEFAULT "1.0.0"`, "SELECT id, 'x' FROM t"),
    ];
  if (kind < 9) return ["scala", sourceForm("//", call, 'val df = spark.range(10).filter("id > 3")')];
  const line = "df = spark.range(10).filter('id > 3')\n";
  const cell = (source: string[]) => ({
    cell_type: "code",
    metadata: {},
    outputs: [],
    execution_count: null,
    source,
  });
  const rows = Array.from({ length: 20 }, () => line);
  const cells = [cell([call]), ...Array.from({ length: fileBytes / 1_250 }, () => cell(rows))];
  const metadata = { language_info: { name: "python" } };
  return ["ipynb", JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, undefined, 1)];
}

function sourceForm(comment: string, declaration: string, line: string): string {
  const separator = `\n\n${comment} COMMAND ----------\n\n`;
  const cell = `${line}\n`.repeat(20);
  const cells = Math.floor((fileBytes - declaration.length) / (separator.length + cell.length));
  return `${comment} Databricks notebook source\n${declaration}\n${(separator + cell).repeat(cells)}`;
}
