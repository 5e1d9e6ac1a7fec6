import { readFileSync } from "node:fs";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import tl from "azure-pipelines-task-lib/task.js";
import type { Network } from "../http/network.ts";
import { InputError, type Log, type ServiceConnection, type TaskHost } from "./host.ts";
import { InputReader } from "./inputs.ts";
import { LineWriter } from "./line-writer.ts";
import { maskedForms } from "./masking.ts";
import { OutsideTextStream, sanitise } from "./outside-text.ts";

/** The host that Azure Pipelines is, with what `runStage` needs to end the process as the agent expects. */
export interface AzurePipelinesHost extends TaskHost {
  complete(result: "Succeeded" | "Canceled", message?: string): void;
  /** Resolves when all that ended streams were given is printed. */
  flush(): Promise<void>;
  /** Logs the sentence as the step's error and fails the step. */
  fail(message: string): void;
}

export function azurePipelinesHost(life: Pick<TaskHost, "signal" | "onCancel">): AzurePipelinesHost {
  const inputs = new InputReader((name) => quietly(() => tl.getInput(name)));
  const added = new Set<string>();
  const addSecret = (value: string) => {
    if (value === "" || added.has(value)) return;
    added.add(value);
    for (const form of maskedForms(value)) tl.command("task.setsecret", {}, form);
  };
  return {
    ...life,
    input: (name) => inputs.optional(name),
    requiredInput: (name) => inputs.required(name),
    booleanInput: (name) => inputs.boolean(name),
    integerInput: (name, range) => inputs.integer(name, range),
    choiceInput: (name, choices) => inputs.choice(name, choices),
    pathInput: (name) => inputs.path(name, tl.getVariable("System.DefaultWorkingDirectory")),
    variable: (name) => tl.getVariable(name) || undefined,
    connection: (input) => serviceConnection(inputs.required(input)),
    systemAccessToken() {
      const token = quietly(() =>
        tl.getEndpointAuthorizationParameter("SYSTEMVSSCONNECTION", "AccessToken", true),
      );
      if (!token)
        throw new InputError("This job has no access token of its own: run the task in a pipeline job.");
      addSecret(token);
      return token;
    },
    secrets: {
      add: addSecret,
      known: () => [...new Set([...added, ...secretVariables()])],
    },
    log,
    progress: (percent, text) => tl.setProgress(percent, sanitise(text)),
    output(name, value, options) {
      const secret = options?.secret ?? false;
      if (secret) addSecret(value);
      // The agent stores an output as $(step.name) alone: the plain variable is a second command.
      tl.setVariable(name, value, secret);
      tl.setVariable(name, value, secret, true);
    },
    journal: {
      write: (key, value) => tl.setTaskVariable(key, value),
      read: (key) => quietly(() => tl.getTaskVariable(key)) || undefined,
    },
    network: agentNetwork(),
    attachments: {
      uploadSummary: (file) => tl.uploadSummary(file),
      publishTestResults: ({ files, title }) =>
        new tl.TestPublisher("JUnit").publish(files, "true", "", "", title, "true"),
      add: (type, name, file) => tl.addAttachment(type, name, file),
      tagBuild: (tag) => tl.addBuildTag(tag),
    },
    complete: (result, message) => tl.command("task.complete", { result }, message ?? ""),
    async flush() {
      const ended = [...openStreams].filter(([stream]) => stream.writableEnded);
      await Promise.all(ended.map(([, printed]) => printed));
    },
    fail: (message) => tl.setResult(tl.TaskResult.Failed, sanitise(message)),
  };
}

const output = new LineWriter((text, done) => void process.stdout.write(text, done));
const taskLibOutput = output.lines();
tl.setStdStream(taskLibOutput);

const openStreams = new Map<OutsideTextStream, Promise<void>>();

const log: Log = {
  line: (text) => output.line(sanitise(text)),
  detail: (text) => tl.debug(sanitise(text)),
  warning: (text) => tl.warning(sanitise(text), tl.IssueSource.TaskInternal),
  outside: (text) => output.line(sanitise(text)),
  outsideStream() {
    const stream = new OutsideTextStream();
    const printed = finished(stream.pipe(output.pieces()));
    openStreams.set(stream, printed);
    printed.finally(() => openStreams.delete(stream));
    return stream;
  },
};

/** task-lib writes each value that it reads to the debug log, before anybody can say that it is a secret. */
function quietly<T>(read: () => T): T {
  tl.setStdStream(nowhere);
  try {
    return read();
  } finally {
    tl.setStdStream(taskLibOutput);
  }
}

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });

function secretVariables(): string[] {
  return quietly(() => tl.getVariables())
    .filter((variable) => variable.secret && variable.value)
    .map((variable) => variable.value);
}

function serviceConnection(id: string): ServiceConnection {
  const authorization = quietly(() => tl.getEndpointAuthorization(id, true));
  const scheme = quietly(() => tl.getEndpointAuthorizationScheme(id, true)) ?? authorization?.scheme;
  if (scheme === undefined)
    throw new InputError(
      `Service connection '${id}' gave this job no authorization: allow the pipeline to use it under Project settings > Service connections.`,
    );
  const parameters = new Map(
    Object.entries(authorization?.parameters ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    id,
    url: quietly(() => tl.getEndpointUrl(id, true)) || undefined,
    scheme: scheme.toLowerCase(),
    authorization: (name) =>
      parameters.get(name.toLowerCase()) ||
      quietly(() => tl.getEndpointAuthorizationParameter(id, name, true)) ||
      undefined,
    data: (name) => quietly(() => tl.getEndpointDataParameter(id, name, true)) || undefined,
  };
}

/** The proxy and certificates with which the agent was configured (`config.sh --proxyurl … --sslcacert …`). */
function agentNetwork(): Network {
  const certificates = tl.getHttpCertConfiguration();
  const authority = certificates?.caFile;
  return {
    proxyFor(url) {
      const proxy = tl.getHttpProxyConfiguration(url.href);
      return proxy ? { url: proxy.proxyFormattedUrl } : undefined;
    },
    // Node trusts NODE_EXTRA_CA_CERTS by itself, and reading all its own authorities to add one costs 20 ms.
    certificateAuthorities:
      authority && authority !== process.env.NODE_EXTRA_CA_CERTS
        ? () => [readFileSync(authority, "utf8")]
        : undefined,
    clientCertificate: certificates?.certFile
      ? () => ({
          certificate: readFileSync(certificates.certFile!, "utf8"),
          key: certificates.keyFile ? readFileSync(certificates.keyFile, "utf8") : undefined,
          passphrase: certificates.passphrase,
        })
      : undefined,
  };
}
