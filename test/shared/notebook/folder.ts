import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder for one test: its files are given by path and content. */
export function makeFolder(files: Record<string, string>): { path: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), "notebook-ops-"));
  const path = join(root, "notebooks");
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** A Python notebook that declares the widget `v` with the default `value`. */
export function notebookWith(value: string): string {
  return `# Databricks notebook source\ndbutils.widgets.text("v", "${value}")\n`;
}
