import { couldNot } from "../../../shared/text/could-not.ts";
import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import type { VariableStore } from "../variables.ts";
import { DetailRecords } from "./command-details.ts";
import {
  checkAssociation,
  checkTelemetry,
  completeResult,
  endpointChange,
  existingFile,
  existingPath,
  fileName,
  hasFiles,
  issueMessage,
  isTrue,
  nonEmpty,
  problemOfRunNumber,
  progressValue,
  publishRequest,
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
  /** The outputs in task.json: setting such a variable makes it an output, even without isOutput. */
  outputNames: readonly string[];
  restrictions: { commands?: { mode?: string }; settableVariables?: { allowed?: string[] } };
  debug: boolean;
  /** The service connections that the step may change; those of the job. */
  endpointIds: readonly string[];
}

/** The commands of a task whose task.json restricts them. Any other command is a warning without effect. */
const allowedWhenRestricted =
  /^task\.(logissue|complete|setprogress|setsecret|setvariable|settaskvariable|debug|logdetail|prependpath)$|^telemetry\./;
/** The areas whose unknown commands fail a step; a command of any other area is a warning (WorkerCommandManager.cs of the agent). */
const areas = ["task", "build", "artifact", "results", "codecoverage", "telemetry", "release"];
const documentation = "https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands";

/** Reads the output of one step line by line, and runs its logging commands. */
export class CommandProcessor {
  /** Every logging command of the step, refused ones included. */
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
    coverage: [],
    buildTags: [],
    endpoints: [],
  };
  /** The worst result that task.complete or a failing command has set; undefined if none has. */
  result: StepResult | undefined;

  readonly #setVariables = new Set<string>();
  readonly #details = new DetailRecords();

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
          `This line contains ##vso, but not a well-formed logging command; see ${documentation}.`,
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
        `##vso[${name}] is not allowed in this step, because its task.json restricts its commands.`,
      );
      return;
    }
    try {
      this.#execute(name, command);
    } catch (error) {
      this.#fail(name, (error as Error).message, `see ${documentation}`);
    }
  }

  /** Writes a line of the agent's own to the log, without reading it for commands. */
  print(line: string): void {
    this.#write(line);
  }

  issue(type: Issue["type"], message: string, properties: Record<string, string> = {}): void {
    this.issues.push({ type, message: this.#state.masker.mask(message), properties });
    for (const [index, line] of message.split(/\r\n|\r|\n/).entries())
      this.#write(index === 0 ? `##[${type}]${line}` : line);
  }

  /** Makes the result worse, never better. */
  worsen(result: StepResult): void {
    const order: StepResult[] = ["succeeded", "succeededWithIssues", "failed", "canceled"];
    if (this.result === undefined || order.indexOf(result) > order.indexOf(this.result)) this.result = result;
  }

  /** The names of the variables that the step set, as the job knows them. */
  namesOfVariablesSet(): string[] {
    return [...this.#setVariables];
  }

  #fail(name: string, problem: string, advice: string): void {
    this.issue("error", couldNot(`run ##vso[${name}]`, problem, advice));
    this.worsen("failed");
  }

  #execute(name: string, { area, properties, data }: LoggingCommand): void {
    const handler = this.#handlers[name];
    if (handler) handler(properties, data);
    else if (areas.includes(area))
      this.#fail(
        name,
        "there is no such command",
        didYouMean(name, Object.keys(this.#handlers), `see ${documentation}`),
      );
    else
      this.issue("warning", `Found no command extension for ##vso[${area}.command]; see ${documentation}.`);
  }

  readonly #handlers: Record<string, (properties: Record<string, string>, data: string) => void> = {
    "task.setvariable": (properties, data) => this.#setVariable(properties, data),
    "task.settaskvariable": (properties, data) => {
      const secret = isTrue(properties.issecret);
      const name = required(properties, "variable");
      requireWritable(this.#state.taskVariables, name);
      if (secret) this.#addSecret(data);
      this.#state.taskVariables.set(name, data, { secret, readOnly: isTrue(properties.isreadonly) });
    },
    "task.setsecret": (_properties, data) => {
      if (data !== "") this.#state.masker.add(data);
    },
    "task.logissue": (properties, data) => this.#logIssue(properties, data),
    "task.issue": (properties, data) => this.#logIssue(properties, data),
    "task.complete": (properties) => this.worsen(completeResult(properties.result)),
    "task.setprogress": (properties, data) => {
      this.effects.progress = { percent: progressValue(properties.value), operation: data };
    },
    "task.debug": (_properties, data) => {
      if (this.#state.debug) this.#write(`##[debug]${data}`);
    },
    "task.prependpath": (_properties, data) => {
      this.effects.prependPath.push(nonEmpty(data, "path"));
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
    "build.uploadsummary": (_properties, data) => {
      this.effects.summaries.push(existingFile(data)); // the old name of task.uploadsummary
    },
    "task.setendpoint": (properties, data) => {
      if (properties.field?.toLowerCase() === "authparameter") this.#state.masker.add(data);
      const change = endpointChange(properties, data, this.#state.endpointIds);
      if (change) this.effects.endpoints.push(change);
      else this.issue("warning", "A step cannot change the service connection of the agent itself.");
    },
    "task.logdetail": (properties) => this.#details.check(properties), // only the pages of the server show it
    "artifact.associate": (properties, data) => checkAssociation(properties, data), // likewise
    "artifact.upload": (properties, data) => {
      const { containerfolder = "" } = properties;
      const name = required(properties, "artifactname");
      const file = existingPath(data);
      if (hasFiles(file)) this.effects.artifacts.push({ name, path: file, containerFolder: containerfolder });
      else this.issue("warning", `The folder ${file} is empty; nothing is added to the artifact ${name}.`);
    },
    "results.publish": (properties, data) => {
      this.effects.testResults.push(publishRequest(properties, data));
    },
    "results.publishtoevidencestore": () => {}, // for the service's own task
    "codecoverage.publish": (properties) => {
      this.effects.coverage.push({
        tool: required(properties, "codecoveragetool"),
        summaryFile: required(properties, "summaryfile"),
        reportFolder: properties.reportdirectory ?? "",
      });
    },
    "telemetry.publish": (properties, data) => checkTelemetry(properties, data),
    "release.updatereleasename": () => {
      throw new Error("a pipeline of YAML is not a classic release");
    },
    "build.addbuildtag": (_properties, data) => {
      // BuildCommandExtension of the agent: a classic release may have no build.
      if (!this.#state.variables.get("Build.BuildId"))
        throw new Error("the variable Build.BuildId is not set");
      this.effects.buildTags.push(nonEmpty(data, "tag").trim());
    },
    "build.updatebuildnumber": (_properties, data) => {
      const problem = problemOfRunNumber(nonEmpty(data, "number"));
      if (problem) throw new Error(problem);
      this.effects.buildNumber = data;
      this.#state.variables.set("Build.BuildNumber", data);
    },
  };

  #addSecret(value: string): void {
    // AgentKnobs.AllowUnsafeMultilineSecret of the agent, a variable of the job at the time of the command.
    const isAllowed = isTrue(this.#state.variables.get("SYSTEM_UNSAFEALLOWMULTILINESECRET"));
    if (value.includes("\n") && !isAllowed) throw new Error("a secret cannot have more than one line");
    this.#state.masker.add(value);
  }

  #setVariable(properties: Record<string, string>, value: string): void {
    const state = this.#state;
    const { effects } = this;
    const name = required(properties, "variable");
    const secret = isTrue(properties.issecret);
    const isListed = state.outputNames.some((output) => output.toLowerCase() === name.toLowerCase());
    const output = isTrue(properties.isoutput) || isListed;
    requireWritable(state.variables, name);
    if (secret) this.#addSecret(value);
    if (!isSettable(name, state.restrictions.settableVariables?.allowed)) {
      this.issue(
        "warning",
        `The variable ${name} is not one that this step may set; add it to restrictions.settableVariables in its task.json.`,
      );
      return;
    }
    // An output is only known with the name of its step, in the same job too: $(Step.Name), not $(Name).
    const storedName = output ? `${state.stepName}.${name}` : name;
    state.variables.set(storedName, value, {
      secret,
      readOnly: isTrue(properties.isoutput) || isTrue(properties.isreadonly),
    });
    this.#setVariables.add(storedName);
    if (isTrue(properties.preservecase))
      this.issue(
        "warning",
        `The environment variable of ${storedName} has capital letters, because the local agent does not support preservecase; read it so, or set an env of the step.`,
      );
    if (output) effects.outputs[name] = { value, secret };
  }

  #logIssue(properties: Record<string, string>, message: string): void {
    if (properties.type === undefined) {
      this.issue("warning", "##vso[task.logissue] has no type, so that it logs nothing.");
      return;
    }
    const type = properties.type.toLowerCase();
    if (type !== "error" && type !== "warning")
      throw new Error(`the type is ${properties.type}, not error or warning`);
    this.issue(type, issueMessage(properties, message), properties);
  }
}

/** https://github.com/microsoft/azure-pipelines-yaml/blob/master/design/readonly-variables.md, which Azure DevOps enforces. */
function requireWritable(variables: VariableStore, name: string): void {
  const known = variables.find(name);
  if (known && (known.readOnly || isReadOnlyVariable(name)))
    throw new Error(`overwriting the read-only variable ${name} is not permitted`);
}
