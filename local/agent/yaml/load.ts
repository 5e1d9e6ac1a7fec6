import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { couldNot } from "../../../shared/text/could-not.ts";
import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { PipelineError, type Position, type YamlNode } from "./node.ts";

/**
 * Reads a YAML file of a pipeline. The places in it name the file relative to the working directory, so that a terminal can open it.
 * @throws Error with one sentence if the file cannot be read, PipelineError if it is not YAML
 */
export function loadYaml(file: string): YamlNode {
  const shown = path.relative(process.cwd(), file) || file;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const problem = isMissing ? "there is no such file" : (error as Error).message;
    const advice = "give the path of its YAML file";
    throw new Error(
      couldNot(`read the pipeline ${shown}`, problem, isMissing ? nearestFile(file, advice) : advice),
      { cause: error },
    );
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
  if (problem) throw new PipelineError(place(problem.pos[0]), `the file is not YAML: ${problem.message}`);

  const read = (node: Node | null, placeOfEmpty: Position): YamlNode => {
    const at = node?.range ? place(node.range[0]) : placeOfEmpty;
    if (node === null) return { kind: "scalar", value: "", at };
    if (isAlias(node) || (node as { anchor?: string }).anchor !== undefined)
      throw new PipelineError(
        at,
        "Azure Pipelines does not support YAML anchors and aliases; use a template",
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
        throw new PipelineError(key.at, `the key ${key.value} is given twice; remove one of them`);
      seen.add(key.value);
    }
    return { kind: "map", entries, at };
  };
  return read(document.contents as Node | null, { file: shown, line: 1, column: 1 });
}

/** Advice on a file that does not exist: `did you mean "x.yml"?` with the nearest YAML file of its folder, else `otherwise`. */
export function nearestFile(file: string, otherwise: string): string {
  let names: string[];
  try {
    names = readdirSync(path.dirname(file)).filter((name) => /\.ya?ml$/i.test(name));
  } catch {
    return otherwise; // the folder does not exist either
  }
  return didYouMean(path.basename(file), names, otherwise);
}
