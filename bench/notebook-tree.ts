import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** So many notebooks in twenty folders, as a grown project has them; `text` stands in each. */
export async function makeNotebooks(root: string, count: number, text = ""): Promise<void> {
  const source = `# Databricks notebook source\n${text}dbutils.notebook.exit("done")\n`;
  for (let index = 0; index < count; index += 1) {
    const area = path.join(root, `area-${index % 20}`);
    await mkdir(area, { recursive: true });
    await writeFile(path.join(area, `notebook-${index}.py`), source);
  }
}
