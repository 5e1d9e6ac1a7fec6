import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Creates notebooks in twenty folders, as a large project has them. Each contains `text`. */
export async function makeNotebooks(root: string, count: number, text = ""): Promise<void> {
  const source = `# Databricks notebook source\n${text}dbutils.notebook.exit("done")\n`;
  for (let index = 0; index < count; index += 1) {
    const area = path.join(root, `area-${index % 20}`);
    await mkdir(area, { recursive: true });
    await writeFile(path.join(area, `notebook-${index}.py`), source);
  }
}
