import os from "node:os";
import { finished } from "node:stream/promises";
import { couldNot } from "../text/could-not.ts";
import { agentNetwork } from "./agent-network.ts";
import { documentsIn } from "./documents.ts";
import { InputError, type Log, type TaskHost } from "./host.ts";
import { InputReader } from "./inputs.ts";
import { taskVariableJournal } from "./journal.ts";
import { accessToken, KnownSecrets } from "./known-secrets.ts";
import { OutsideTextStream, sanitise } from "./outside-text.ts";
import { type SecretMask, shortestInDocument } from "./secret-mask.ts";
import { serviceConnection } from "./service-connection.ts";
import { output, quietly, tl } from "./task-lib.ts";

/** Azure Pipelines as a host, with what `runAsTask` needs to end the process as the agent expects. */
export interface AzurePipelinesHost extends TaskHost {
  complete(result: "Succeeded" | "Canceled", message?: string): void;
  /** Resolves when everything written to streams that have ended is printed. */
  flush(): Promise<void>;
  /** Logs the sentence as the step's error and fails the step. */
  fail(message: string): void;
}

export function azurePipelinesHost(life: Pick<TaskHost, "signal" | "onCancel">): AzurePipelinesHost {
  const secrets = new KnownSecrets();
  const log = maskedLog(secrets.mask);
  const containsSecret = (value: string) =>
    secrets.mask.mask(value, { shortest: shortestInDocument }) !== value;
  const inputs = new InputReader((name) => quietly(() => tl.getInput(name)), {
    warn: log.warning,
    names: () => quietly(() => tl.getVariables()).map(({ name }) => name),
    containsSecret,
  });
  return {
    ...life,
    input: (name) => inputs.optional(name),
    requiredInput: (name) => inputs.required(name),
    unsetVariable: (input) => inputs.unsetVariable(input),
    booleanInput: (name) => inputs.boolean(name),
    integerInput: (name, range) => inputs.integer(name, range),
    choiceInput: (name, choices) => inputs.choice(name, choices),
    pathInput: (name) => inputs.path(name, tl.getVariable("System.DefaultWorkingDirectory")),
    folderInput: (name) => inputs.folder(name, tl.getVariable("System.DefaultWorkingDirectory")),
    variable: (name) => tl.getVariable(name) || undefined,
    connection: (input) => serviceConnection(inputs.required(input)),
    systemAccessToken() {
      const token = accessToken();
      if (!token)
        throw new InputError(
          couldNot("use the token of this job", "it has none", "run the task in a pipeline job"),
        );
      secrets.add(token);
      return token;
    },
    secrets: {
      add: (value) => secrets.add(value),
      known: () => secrets.known(),
      mask: (text, options) => secrets.mask.mask(text, options),
    },
    log,
    progress: (percent, text) => tl.setProgress(percent, secrets.mask.mask(sanitise(text))),
    output(name, value, options) {
      // Later steps can still use an address or a path that contains a secret, but nobody sees it.
      const secret = options?.secret ?? containsSecret(value);
      if (secret) secrets.add(value);
      const printable = value.replaceAll("\u0000", ""); // an environment variable of a later step cannot contain it
      // The agent stores an output as $(step.name) alone: the plain variable is a second command.
      const set = options?.secret && options.lines ? setSecretOfLines : tl.setVariable;
      set(name, printable, secret);
      // An output is a part of the step's timeline record in Azure DevOps, with its value (ExecutionContext.cs of the agent).
      if (!secret || options?.secretToOtherJobs) set(name, printable, secret, true);
      else if (options?.secret === undefined)
        log.line(`$(${name}) contains a secret, so it is not an output that other jobs can read.`);
    },
    journal: taskVariableJournal(),
    network: agentNetwork(),
    allowedHosts: tl.getVariable("NotebookOps.AllowedHosts") || undefined,
    documents: documentsIn(tl.getVariable("Agent.TempDirectory") || os.tmpdir(), secrets.mask),
    attachments: {
      uploadSummary: (file) => tl.uploadSummary(file),
      publishTestResults: ({ files, title }) =>
        new tl.TestPublisher("JUnit").publish(files, "true", "", "", title, "true"),
      add: (type, name, file) => tl.addAttachment(type, name, file),
      addToArtifact: (name, file) => tl.uploadArtifact(name, file, name),
    },
    complete: (result, message) => tl.command("task.complete", { result }, message ?? ""),
    async flush() {
      const ended = [...openStreams].filter(([stream]) => stream.writableEnded);
      await Promise.all(ended.map(([, printed]) => printed));
    },
    fail: (message) => tl.setResult(tl.TaskResult.Failed, secrets.mask.mask(sanitise(message))),
  };
}

/** Allows secret variables of several lines, to the agent (AgentKnobs.cs) and to task-lib. */
const multilineSecrets = "SYSTEM_UNSAFEALLOWMULTILINESECRET";

/**
 * Sets a secret variable of several lines, which is refused, because a line of it could be shown, unless the pipeline allows it: here each
 * line is registered as a secret before (`KnownSecrets`), so it is allowed for this one command. AzureKeyVault@2 allows it for the whole job.
 */
function setSecretOfLines(variable: string, value: string, _secret: boolean, isOutput = false): void {
  const allow = (text: string) => tl.command("task.setvariable", { variable: multilineSecrets }, text);
  allow("true");
  tl.command("task.setvariable", { variable, isoutput: String(isOutput), issecret: "true" }, value);
  allow(tl.getVariable(multilineSecrets) ?? "false");
}

const openStreams = new Map<OutsideTextStream, Promise<void>>();

/** The agent masks each line too, but it does not know the base64 of secrets that an earlier step set. */
function maskedLog(mask: SecretMask): Log {
  const safe = (text: string) => mask.mask(sanitise(text));
  return {
    line: (text) => output.line(safe(text)),
    detail: (text) => tl.debug(safe(text)),
    warning: (text) => tl.warning(safe(text), tl.IssueSource.TaskInternal),
    outside: (text) => output.line(safe(text)),
    outsideStream() {
      const stream = new OutsideTextStream();
      const printed = finished(stream.pipe(output.pieces()));
      openStreams.set(stream, printed);
      printed.finally(() => openStreams.delete(stream));
      return stream;
    },
  };
}
