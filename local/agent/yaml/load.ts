import { readFileSync } from "node:fs";
import path from "node:path";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { PipelineError, type Position, type YamlNode } from "./node.ts";

/** Reads a pipeline's file. Places name it relative to the working directory, as a person at the terminal would. */
export function loadYaml(file: string): YamlNode {
  const shown = path.relative(process.cwd(), file) || file;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new Error(`Reading the pipeline ${shown} failed: ${reason}; give the path of its YAML file.`, {
      cause: error,
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    version: "1.2",
  });
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file: shown, line, column: col };
  };
  const [problem] = document.errors;
  if (problem) throw new PipelineError(place(problem.pos[0]), `this is not YAML (${problem.message})`);

  const read = (node: Node | null, otherwise: Position): YamlNode => {
    const at = node?.range ? place(node.range[0]) : otherwise;
    if (node === null) return { kind: "scalar", value: "", at };
    if (isAlias(node) || (node as { anchor?: string }).anchor !== undefined)
      throw new PipelineError(
        at,
        "YAML anchors and aliases are not supported, as they are not in Azure Pipelines",
      );
    if (isScalar(node)) {
      // The text as written: Azure Pipelines reads 1.10 as the text 1.10, not as a number.
      const value = typeof node.value === "string" ? node.value : (node.source ?? "");
      return { kind: "scalar", value: node.value === null ? "" : value, at };
    }
    if (isSeq(node))
      return { kind: "list", items: node.items.map((item) => read(item as Node | null, at)), at };
    if (!isMap(node)) throw new PipelineError(at, "this kind of YAML node is not supported");
    const entries = node.items.map((pair) => {
      const key = read(pair.key as Node | null, at);
      if (key.kind !== "scalar") throw new PipelineError(key.at, "a key must be text");
      return { key, value: read(pair.value as Node | null, key.at) };
    });
    const seen = new Set<string>();
    for (const { key } of entries) {
      if (seen.has(key.value) && !key.value.startsWith("${{"))
        throw new PipelineError(key.at, `the key ${key.value} stands here twice`);
      seen.add(key.value);
    }
    return { kind: "map", entries, at };
  };
  return read(document.contents as Node | null, { file: shown, line: 1, column: 1 });
}
