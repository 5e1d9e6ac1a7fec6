import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "..", "..");

const pages = [
  "",
  "docs",
  "examples/databricks-weather",
  "examples/fabric-lakehouse",
  "examples/release-train",
  "examples/streaming-medallion",
].flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join(folder, name)),
);

/** A page without its code, whose links are no links. */
const prose = (file: string) =>
  readFileSync(path.join(root, file), "utf8")
    .replaceAll(/^```.*?^```/gms, "")
    .replaceAll(/`[^`\n]*`/g, (code) => code.slice(1, -1).replaceAll(/[[\]()]/g, ""));

/** The anchors of a page's headings, as GitHub and Azure Repos make them. */
const anchors = (file: string) =>
  [...prose(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\d _-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe("the links of the documentation", () => {
  for (const page of pages)
    it(`the links of ${page} lead to files and headings that exist`, () => {
      for (const [, link] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(link!)) continue;
        const [file, anchor] = link!.split("#");
        const target = file === "" ? page : path.join(path.dirname(page), file!);
        assert.ok(existsSync(path.join(root, target)), `${link}: no such file`);
        if (anchor !== undefined) assert.ok(anchors(target).includes(anchor), `${link}: no such heading`);
      }
    });
});
