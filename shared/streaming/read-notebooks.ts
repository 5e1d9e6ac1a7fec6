import { isMap, isSeq } from "yaml";
import { didYouMean } from "../text/did-you-mean.ts";
import { type CheckedYaml, type Entry, isEmpty, quoted } from "../yaml/checked-yaml.ts";
import type { ComputeChoiceOfDefinition, NotebookStep, Payload, Validation } from "./definition.ts";
import {
  type Fields,
  fieldsOf,
  filePath,
  notebookPath,
  oneOf,
  required,
  seconds,
} from "./definition-fields.ts";
import { folderTemplateProblem } from "./target-folder.ts";

const maxGlobs = 100;
const defaultValidationSeconds = 300;
/** Of a phase: long enough for a cluster to start, and short enough for a pipeline. */
export const withinLimits = { min: "1s", max: "24h" };
const shortestPause = "100ms";

/** A notebook, or a map of a notebook and its parameters. */
export function readStep(yaml: CheckedYaml, entry: Entry): NotebookStep | undefined {
  if (!isMap(entry.value)) return stepOfText(yaml, entry);
  const fields = fieldsOf(yaml, entry, ["notebook", "parameters"]);
  return fields && stepOf(yaml, fields);
}

export function readValidation(yaml: CheckedYaml, entry: Entry): Validation | undefined {
  if (!isMap(entry.value)) {
    const step = stepOfText(yaml, entry);
    return step && { ...step, withinSeconds: defaultValidationSeconds };
  }
  const fields = fieldsOf(yaml, entry, ["notebook", "parameters", "within", "every"]);
  if (fields === undefined) return undefined;
  const withinSeconds = seconds(yaml, fields.of("within"), withinLimits) ?? defaultValidationSeconds;
  return validationOf(yaml, fields, withinSeconds);
}

/** The validation of a map that has its time limit. */
export function validationOf(
  yaml: CheckedYaml,
  fields: Fields,
  withinSeconds: number,
): Validation | undefined {
  const step = stepOf(yaml, fields);
  const every = fields.of("every");
  const everySeconds = seconds(yaml, every, { min: shortestPause, max: withinLimits.max });
  if (everySeconds !== undefined && everySeconds > withinSeconds)
    yaml.add(every!.value, `${every!.path} is longer than within`, "give a shorter pause");
  return step && { ...step, withinSeconds, ...(everySeconds === undefined ? {} : { everySeconds }) };
}

/** A notebook, or a map of either a notebook or files. */
export function readPayload(yaml: CheckedYaml, entry: Entry): Payload | undefined {
  if (!isMap(entry.value)) {
    const step = stepOfText(yaml, entry);
    return step && { kind: "notebook", ...step };
  }
  const fields = fieldsOf(yaml, entry, ["notebook", "parameters", "files", "to"]);
  const chosen = fields && oneOf(yaml, fields, ["notebook", "files"]);
  if (fields === undefined || chosen === undefined) return undefined;
  const [companion, other] = chosen.key === "files" ? ["to", "parameters"] : ["parameters", "to"];
  const wrong = fields.of(other!);
  if (wrong !== undefined) {
    yaml.add(
      wrong.keyNode,
      `${fields.what} has "${chosen.key}" and "${other}"`,
      `"${chosen.key}" goes with "${companion}"`,
    );
    return undefined;
  }
  if (chosen.key === "notebook") {
    const step = stepOf(yaml, fields);
    return step && { kind: "notebook", ...step };
  }
  const to = required(yaml, fields, "to");
  return { kind: "files", globs: globs(yaml, chosen), to: to === undefined ? "" : folder(yaml, to) };
}

/** The words `cluster` and `serverless`, or a map that names the config of a cluster. */
export function readCompute(yaml: CheckedYaml, entry: Entry): ComputeChoiceOfDefinition | undefined {
  if (isMap(entry.value)) {
    const fields = fieldsOf(yaml, entry, ["clusterConfig"]);
    const config = fields && required(yaml, fields, "clusterConfig");
    return config && { kind: "jobCluster", clusterConfig: filePath(yaml, config) };
  }
  const text = yaml.text(entry);
  if (text === "cluster") return { kind: "stepCluster" };
  if (text === "serverless") return { kind: "serverless" };
  if (text !== undefined)
    yaml.add(
      entry.value,
      `${entry.path} is ${quoted(text)}`,
      didYouMean(text, ["cluster", "serverless"], "give cluster, serverless or { clusterConfig: <file> }"),
    );
  return undefined;
}

/** One text or a list of them. */
export function texts(yaml: CheckedYaml, entry: Entry, what: string, max: number): Entry[] {
  if (!isSeq(entry.value)) return [entry];
  return yaml.list(entry, what, max) ?? [];
}

function stepOf(yaml: CheckedYaml, fields: Fields): NotebookStep | undefined {
  const parameters = yaml.parameters(fields.of("parameters"));
  const notebook = required(yaml, fields, "notebook");
  return notebook && { notebook: notebookPath(yaml, notebook), parameters };
}

function stepOfText(yaml: CheckedYaml, entry: Entry): NotebookStep | undefined {
  if (!isEmpty(entry.value) && !isSeq(entry.value))
    return { notebook: notebookPath(yaml, entry), parameters: {} };
  yaml.expect(entry, "a notebook");
  return undefined;
}

function globs(yaml: CheckedYaml, entry: Entry): string[] {
  const found = texts(yaml, entry, "glob", maxGlobs).map((item) => {
    const glob = (yaml.text(item) ?? "*").replace(/^(!?)(?:\.\/)+/, "$1");
    const problem = globProblem(glob);
    if (problem !== undefined)
      yaml.add(
        item.value ?? item.keyNode,
        `${item.path} ${quoted(glob)} ${problem}`,
        "give a glob relative to the definition, such as payloads/*.json",
      );
    return glob;
  });
  if (found.every((glob) => glob.startsWith("!")))
    yaml.add(entry.value ?? entry.keyNode, `${entry.path} includes no file`, "add a glob without !");
  return found;
}

function globProblem(glob: string): string | undefined {
  const path = glob.replace(/^!/, "");
  if (path.includes("\\")) return "has a backslash";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is not relative";
  // A part may be an alternative: {..,a}.
  if (path.split(/[/{},]/).includes("..")) return "leaves the folder";
  if (path.split("/").some((part) => part === "" || part === ".")) return "has an empty part";
  return undefined;
}

function folder(yaml: CheckedYaml, entry: Entry): string {
  const to = (yaml.text(entry) ?? "dbfs:/folder").replace(/(?<=[^/:])\/$/, "");
  const problem = folderTemplateProblem(to);
  if (problem !== undefined)
    yaml.add(
      entry.value,
      `${entry.path} ${quoted(to)} ${problem}`,
      "give a folder such as /Volumes/<catalog>/<schema>/<volume>",
    );
  return to;
}
