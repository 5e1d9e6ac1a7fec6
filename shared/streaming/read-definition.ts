import { couldNot } from "../text/could-not.ts";
import { oneLine } from "../text/plain-text.ts";
import { CheckedYaml, describeProblems, type Entry, maxYamlKilobytes, quoted } from "../yaml/checked-yaml.ts";
import type { Iteration, ReadyRule, StreamingDefinition, StreamingMode } from "./definition.ts";
import { DefinitionError } from "./definition-error.ts";
import { fieldsOf, required, seconds } from "./definition-fields.ts";
import { readJob } from "./read-job.ts";
import {
  readCompute,
  readPayload,
  readStep,
  readValidation,
  validationOf,
  withinLimits,
} from "./read-notebooks.ts";

const maxIterations = 100;
const defaultReadySeconds = 1_200;

const rootKeys = [
  "name",
  "parameters",
  "cleanBefore",
  "job",
  "ready",
  "validateOn",
  "iterations",
  "cleanAfter",
];

/**
 * Reads the definition of a streaming test for one mode. Everyone who may write to the repository may write it, so every key and value is checked,
 * and aliases, which can make a small file large, are refused.
 * @param file the name of the file in messages; its base name is the name of a test that has no other
 * @throws DefinitionError that names the line of the first problem, and the lines of the others
 */
export function readStreamingDefinition(
  content: string,
  { file, mode }: { file: string; mode: StreamingMode },
): StreamingDefinition {
  const attempted = "read the streaming test";
  if (content.length > maxYamlKilobytes * 1024)
    throw new DefinitionError(
      couldNot(
        attempted,
        `${file} is larger than ${maxYamlKilobytes} KB`,
        "divide its iterations among several definitions, and pass long parameters in a file or a table",
      ),
    );
  const yaml = new CheckedYaml();
  const root = yaml.parse(content);
  const definition =
    root && readRoot(yaml, { key: "", path: "", keyNode: root, value: root }, { file, mode });
  if (root === null) yaml.add(root, "the file is empty", `begin with "job:"`);
  const problems = describeProblems(yaml.problems, file);
  if (problems !== undefined)
    throw new DefinitionError(couldNot(attempted, problems.cameBack, problems.advice ?? "correct the file"));
  return definition!;
}

/** The definition; undefined if it has a problem. */
function readRoot(
  yaml: CheckedYaml,
  root: Entry,
  { file, mode }: { file: string; mode: StreamingMode },
): StreamingDefinition | undefined {
  const fields = fieldsOf(yaml, root, rootKeys);
  if (fields === undefined) return undefined;
  const optional = <T>(key: string, read: (yaml: CheckedYaml, entry: Entry) => T | undefined) => {
    const entry = fields.of(key);
    return entry && read(yaml, entry);
  };
  const cleanBefore = optional("cleanBefore", readStep);
  const validateOn = optional("validateOn", readCompute);
  const cleanAfter = optional("cleanAfter", readStep);
  const jobEntry = required(yaml, fields, "job");
  const job = jobEntry && readJob(yaml, jobEntry, mode);
  const iterationsEntry = required(yaml, fields, "iterations");
  const definition = {
    name: yaml.text(fields.of("name")) ?? nameOf(file),
    parameters: yaml.parameters(fields.of("parameters")),
    ...(cleanBefore && { cleanBefore }),
    ready: readReady(yaml, fields.of("ready")),
    ...(validateOn && { validateOn }),
    iterations: iterationsEntry === undefined ? [] : readIterations(yaml, iterationsEntry),
    ...(cleanAfter && { cleanAfter }),
  };
  return job && { ...definition, job };
}

function readReady(yaml: CheckedYaml, entry: Entry | undefined): ReadyRule {
  const fields = entry && fieldsOf(yaml, entry, ["within", "notebook", "parameters", "every"]);
  const withinSeconds = seconds(yaml, fields?.of("within"), withinLimits) ?? defaultReadySeconds;
  const ofNotebook = fields?.of("parameters") ?? fields?.of("every");
  if (fields === undefined || (fields.of("notebook") === undefined && ofNotebook === undefined))
    return { withinSeconds };
  const validate = validationOf(yaml, fields, withinSeconds);
  return { withinSeconds, ...(validate === undefined ? {} : { validate }) };
}

function readIterations(yaml: CheckedYaml, entry: Entry): Iteration[] {
  const items = yaml.list(entry, "iteration", maxIterations);
  if (items?.length === 0)
    yaml.add(entry.value ?? entry.keyNode, `${entry.path} has no iteration`, `begin with "- name:"`);
  const read = (items ?? []).flatMap((item) => {
    const iteration = readIteration(yaml, item);
    return iteration === undefined ? [] : [{ iteration, node: item.value ?? item.keyNode }];
  });
  yaml.requireUnique(
    read.map(({ iteration, node }) => ({ name: iteration.name, node })),
    "iteration",
  );
  return read.map(({ iteration }) => iteration);
}

function readIteration(yaml: CheckedYaml, item: Entry): Iteration | undefined {
  const fields = fieldsOf(yaml, item, ["name", "produce", "validate"]);
  if (fields === undefined) return undefined;
  const nameEntry = required(yaml, fields, "name");
  const produceEntry = required(yaml, fields, "produce");
  const validateEntry = required(yaml, fields, "validate");
  const name = yaml.text(nameEntry);
  if (name?.includes("/"))
    yaml.add(nameEntry!.value, `${nameEntry!.path} ${quoted(name)} has a slash`, "use another character");
  const produce = produceEntry && readPayload(yaml, produceEntry);
  const validate = validateEntry && readValidation(yaml, validateEntry);
  return name !== undefined && produce && validate ? { name, produce, validate } : undefined;
}

/** The base name of a file, without extension. */
function nameOf(file: string): string {
  const base = file.split(/[/\\]/).at(-1)!;
  return oneLine(base.replace(/(?<=.)\.[^.]*$/, ""), 200) || "streaming";
}
