import type { Writable } from "node:stream";
import type { Network } from "../http/network.ts";

/**
 * All that the clients of services need from the program that uses them: a task's host has it, and a command at a terminal can give it
 * without a pipeline.
 */
export interface ClientHost {
  log: Log;
  secrets: Secrets;
  network: Network;
  /** Aborted when the user cancels, by SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Hosts that may get a credential besides the platforms' own: the variable NotebookOps.AllowedHosts. */
  allowedHosts: string | undefined;
}

/** All that a task knows of its surroundings. `azure-pipelines.ts` is the one implementation. */
export interface TaskHost extends ClientHost {
  /** An input, trimmed. `""` and an unexpanded `$(macro)` count as not given. */
  input(name: string): string | undefined;
  /** Throws an InputError that names the input and, for `$(macro)`, the task that would set it. */
  requiredInput(name: string): string;
  /** The name of the variable if the input is one `$(macro)` that nothing has set, for a task that needs nothing to be done then. */
  unsetVariable(input: string): string | undefined;
  booleanInput(name: string): boolean;
  integerInput(name: string, range: { min: number; max: number }): number;
  choiceInput<T extends string>(name: string, choices: readonly T[]): T;
  /** The absolute path of a file, or undefined if the input, of the type filePath, is empty or is the sources folder. */
  pathInput(name: string): string | undefined;
  /**
   * The absolute path of a folder, or undefined if the input is empty. Its type in task.json is string: the agent would fill an empty
   * filePath with the sources folder, which nobody could tell from one that was given.
   */
  folderInput(name: string): string | undefined;
  /** A pipeline variable, secret or not. */
  variable(name: string): string | undefined;
  /** The service connection that a `connectedService:` input names. */
  connection(input: string): ServiceConnection;
  /** The token of the running job, for Azure DevOps itself. */
  systemAccessToken(): string;
  /** How far the step is, in percent: shown beside its name while it runs. */
  progress(percent: number, text: string): void;
  /**
   * Sets `$(name)` for later steps of the job, and `$(step.name)`, which other jobs can read. A value that contains a known secret is set
   * as a secret.
   * @param options.lines allows a secret of several lines, such as a private key; any other such secret is an error
   * @param options.secretToOtherJobs sets `$(step.name)` of a secret too: the agent then sends its value to Azure DevOps, which stores it
   */
  output(
    name: string,
    value: string,
    options?: { secret?: boolean; lines?: boolean; secretToOtherJobs?: boolean },
  ): void;
  journal: Journal;
  /** Registers what to undo when the task is cancelled or fails: run newest first, 6 s in all. */
  onCancel(undo: () => Promise<void>): void;
  documents: Documents;
  attachments: Attachments;
}

interface Secrets {
  /** Masks the value in all later output: raw, each line of six or more characters, base64 at its three offsets. */
  add(value: string): void;
  /** Every secret value this process knows: those of the job's variables, the job's token, and those added. */
  known(): readonly string[];
  /**
   * Text with each of them replaced by `***`, in every form that the log masks: for what leaves the task past the log, such as a comment.
   * @param options.shortest length of the shortest form that is replaced: 3 unless given, for the texts of others
   */
  mask(text: string, options?: { shortest?: number }): string;
}

export interface Log {
  line(text: string): void;
  /** Shown if the pipeline runs with `System.Debug`. */
  detail(text: string): void;
  warning(text: string): void;
  /** Text that others wrote (output of notebooks, messages of servers): logging commands in it are made harmless. */
  outside(text: string): void;
  /** The same for text that comes in pieces; memory stays bounded however long a line is. End it to flush. */
  outsideStream(): Writable;
}

/** Values that one stage of a task keeps for the next (task variables): pre-job, job, post-job. */
export interface Journal {
  write(key: string, value: string): void;
  read(key: string): string | undefined;
  /** Whether the post-job stage of the step has begun while this stage still runs, which happens in container jobs. */
  isOver(): boolean;
}

export interface ServiceConnection {
  id: string;
  url?: string;
  /** Lower-cased, e.g. `serviceprincipal`. */
  scheme: string;
  /** The names' case differs between kinds of connection: it is ignored. */
  authorization(name: string): string | undefined;
  data(name: string): string | undefined;
}

declare const masked: unique symbol;
/** The path of a file, or of a folder of files, that contains no secret. Only `Documents` makes one, so that nothing else can be attached. */
export type MaskedFile = string & { readonly [masked]: true };

/** Files that a step makes for the agent, in a folder of its own that the agent empties after the job. */
export interface Documents {
  /**
   * Writes a file with every secret masked: text as a whole, of other values each text in them, before they become JSON.
   * @param name one that the task chose itself: letters, digits, spaces, `.`, `_` and `-`
   */
  write(name: string, content: string | object): Promise<MaskedFile>;
  /** Makes a folder for files that others wrote. @param name one that the task chose itself */
  folder(name: string): Promise<DocumentFolder>;
}

interface DocumentFolder {
  path: MaskedFile;
  /**
   * Writes a file with every secret in it masked.
   * @param file slash-separated path below the folder
   * @returns false if it was not written, because it contains a secret and is not text
   */
  write(file: string, content: Buffer): Promise<boolean>;
}

interface Attachments {
  /** A markdown file that the run's page shows under Extensions. */
  uploadSummary(file: MaskedFile): void;
  publishTestResults(options: { files: MaskedFile[]; title: string }): void;
  /** Attaches a file to the build; type and name must be valid file names. */
  add(type: string, name: string, file: MaskedFile): void;
  /** Adds a file to an artifact of the pipeline run, which the files of several steps may share. The name must be a valid file name. */
  addToArtifact(name: string, file: MaskedFile): void;
}

/** An input or a setting of the pipeline that cannot be used. */
export class InputError extends Error {
  override name = "InputError";
}
