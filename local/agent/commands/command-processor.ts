import type { VariableStore } from "../variables.ts";
import {
  completeResult,
  existing,
  existingFile,
  fileName,
  given,
  isTrue,
  progressValue,
  required,
} from "./command-values.ts";
import { type LoggingCommand, parseLoggingCommand } from "./logging-command.ts";
import type { SecretMasker } from "./secret-masker.ts";
import type { Issue, StepEffects, StepResult } from "./step-result.ts";
import { isReadOnlyVariable, isSettable } from "./variable-rules.ts";

export interface StepState {
  /** The step's reference name: outputs are `<stepName>.<name>`. */
  stepName: string;
  variables: VariableStore;
  taskVariables: VariableStore;
  masker: SecretMasker;
  /** Names that task.json lists as outputs: setting one makes an output of it, even without isOutput. */
  outputNames: readonly string[];
  restrictions: { commands?: { mode?: string }; settableVariables?: { allowed?: string[] } };
  debug: boolean;
}

/** In restricted mode every other command is refused with a warning. */
const allowedWhenRestricted =
  /^task\.(logissue|complete|setprogress|setsecret|setvariable|settaskvariable|debug|logdetail|prependpath)$|^telemetry\./;
const documentation = "see https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands";

/** Takes one step's output line by line and carries its logging commands out. */
export class CommandProcessor {
  readonly commands: LoggingCommand[] = [];
  readonly issues: Issue[] = [];
  readonly effects: StepEffects = {
    outputs: {},
    prependPath: [],
    attachments: [],
    summaries: [],
    files: [],
    artifacts: [],
    testResults: [],
    buildTags: [],
    endpoints: [],
  };
  /** What task.complete and failing commands made of the step; undefined until then. */
  result: StepResult | undefined;

  readonly #setVariables = new Set<string>();

  readonly #state: StepState;
  readonly #write: (line: string) => void;

  constructor(state: StepState, write: (line: string) => void) {
    this.#state = state;
    this.#write = write;
  }

  line(line: string): void {
    const command = parseLoggingCommand(line);
    if (!command) {
      if (line.toLowerCase().includes("##vso"))
        this.issue(
          "warning",
          `The line holds ##vso but no logging command that is well formed (${documentation}).`,
        );
      this.#write(line);
      return;
    }
    this.commands.push(command);
    const name = `${command.area}.${command.event}`;
    if (
      this.#state.restrictions.commands?.mode?.toLowerCase() === "restricted" &&
      !allowedWhenRestricted.test(name)
    ) {
      this.issue(
        "warning",
        `##vso[${name}] is not allowed in this step: its task.json restricts its commands.`,
      );
      return;
    }
    try {
      this.#execute(name, command);
    } catch (error) {
      this.issue(
        "error",
        `Carrying out ##vso[${name}] failed: ${(error as Error).message} (${documentation}).`,
      );
      this.merge("failed");
    }
  }

  /** Writes a line to the log as it is: what the agent itself has to say. */
  print(line: string): void {
    this.#write(line);
  }

  issue(type: Issue["type"], message: string, properties: Record<string, string> = {}): void {
    this.issues.push({ type, message: this.#state.masker.mask(message), properties });
    for (const [index, line] of message.split(/\r\n|\r|\n/).entries())
      this.#write(index === 0 ? `##[${type}]${line}` : line);
  }

  /** The worse of what the step has already said and this. */
  merge(result: StepResult): void {
    const order: StepResult[] = ["succeeded", "succeededWithIssues", "failed", "canceled"];
    if (this.result === undefined || order.indexOf(result) > order.indexOf(this.result)) this.result = result;
  }

  /** The variables that the step set, under the names by which the job knows them. */
  variablesSet(): string[] {
    return [...this.#setVariables];
  }

  #execute(name: string, { area, properties, data }: LoggingCommand): void {
    const command = this.#known[name];
    if (command) command(properties, data);
    else if (["task", "build", "artifact", "results"].includes(area))
      throw new Error("it is not a command of that area");
    else if (area !== "telemetry")
      this.issue("warning", `Found no command extension for ##vso[${area}.command] (${documentation}).`);
  }

  readonly #known: Record<string, (properties: Record<string, string>, data: string) => void> = {
    "task.setvariable": (properties, data) => this.#setVariable(properties, data),
    "task.settaskvariable": (properties, data) => {
      const secret = isTrue(properties.issecret);
      if (secret) this.#addSecret(data);
      this.#state.taskVariables.set(required(properties, "variable"), data, { secret });
    },
    "task.setsecret": (_properties, data) => {
      this.#state.masker.add(given(data, "value"));
    },
    "task.logissue": (properties, data) => this.#logIssue(properties, data),
    "task.issue": (properties, data) => this.#logIssue(properties, data),
    "task.complete": (properties) => this.merge(completeResult(properties.result)),
    "task.setprogress": (properties, data) => {
      this.effects.progress = { percent: progressValue(properties.value), operation: data };
    },
    "task.debug": (_properties, data) => {
      if (this.#state.debug) this.#write(`##[debug]${data}`);
    },
    "task.prependpath": (_properties, data) => {
      this.effects.prependPath.push(given(data, "path"));
    },
    "task.addattachment": (properties, data) => {
      const type = fileName(required(properties, "type"));
      this.effects.attachments.push({
        type,
        name: fileName(required(properties, "name")),
        file: existingFile(data),
      });
    },
    "task.uploadsummary": (_properties, data) => {
      this.effects.summaries.push(existingFile(data));
    },
    "task.uploadfile": (_properties, data) => {
      this.effects.files.push(existingFile(data));
    },
    "build.uploadlog": (_properties, data) => {
      this.effects.files.push(existingFile(data));
    },
    "task.setendpoint": (properties, data) => {
      const { key = "" } = properties;
      const change = {
        id: required(properties, "id"),
        field: required(properties, "field"),
        key,
        value: data,
      };
      this.effects.endpoints.push(change);
    },
    "task.logdetail": () => {}, // shown by the server's pages alone, as is artifact.associate
    "artifact.associate": () => {},
    "artifact.upload": (properties, data) => {
      const { containerfolder = "" } = properties;
      const name = required(properties, "artifactname");
      this.effects.artifacts.push({ name, path: existing(data), containerFolder: containerfolder });
    },
    "results.publish": (properties) => {
      const files = required(properties, "resultfiles")
        .split(",")
        .map((file) => file.trim());
      const { type = "JUnit", runtitle = "" } = properties;
      this.effects.testResults.push({ files, type, runTitle: runtitle, properties });
    },
    "build.addbuildtag": (_properties, data) => {
      this.effects.buildTags.push(given(data, "tag").trim());
    },
    "build.updatebuildnumber": (_properties, data) => {
      this.effects.buildNumber = given(data, "number");
    },
  };

  #addSecret(value: string): void {
    if (value.includes("\n")) throw new Error("a secret cannot have more than one line");
    this.#state.masker.add(value);
  }

  #setVariable(properties: Record<string, string>, value: string): void {
    const state = this.#state;
    const { effects } = this;
    const name = required(properties, "variable");
    const secret = isTrue(properties.issecret);
    const listed = state.outputNames.some((output) => output.toLowerCase() === name.toLowerCase());
    const output = isTrue(properties.isoutput) || listed;
    if (state.variables.find(name)?.readOnly || isReadOnlyVariable(name))
      this.issue(
        "warning",
        `Overwriting the read-only variable ${name}: Azure DevOps will refuse this in the future.`,
      );
    if (secret) this.#addSecret(value);
    if (!isSettable(name, state.restrictions.settableVariables?.allowed)) {
      this.issue(
        "warning",
        `The variable ${name} is not among those that this step may set (settableVariables of its task.json).`,
      );
      return;
    }
    // An output is known by its step's name alone, in the same job too: $(Step.Name), not $(Name).
    const stored = output ? `${state.stepName}.${name}` : name;
    state.variables.set(stored, value, {
      secret,
      readOnly: isTrue(properties.isoutput) || isTrue(properties.isreadonly),
    });
    this.#setVariables.add(stored);
    if (output) effects.outputs[name] = { value, secret };
  }

  #logIssue(properties: Record<string, string>, message: string): void {
    const type = properties.type?.toLowerCase();
    if (type !== "error" && type !== "warning")
      throw new Error(`its type is ${type ?? "not given"}, not error or warning`);
    this.issue(type, message, properties);
  }
}
