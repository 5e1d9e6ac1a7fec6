import type { Writable } from "node:stream";
import type { Network } from "../http/network.ts";

/** All that a task knows of its surroundings. `azure-pipelines.ts` is the one implementation. */
export interface TaskHost {
  /** An input, trimmed. `""` and an unexpanded `$(macro)` count as not given. */
  input(name: string): string | undefined;
  /** Throws an InputError that names the input and, for `$(macro)`, the task that would set it. */
  requiredInput(name: string): string;
  booleanInput(name: string): boolean;
  integerInput(name: string, range: { min: number; max: number }): number;
  choiceInput<T extends string>(name: string, choices: readonly T[]): T;
  /** An absolute path, or undefined where the input is empty; the agent fills an empty filePath with the sources folder. */
  pathInput(name: string): string | undefined;
  /** A pipeline variable, secret or not. */
  variable(name: string): string | undefined;
  /** The service connection that a `connectedService:` input names. */
  connection(input: string): ServiceConnection;
  /** The token of the running job, for Azure DevOps itself. */
  systemAccessToken(): string;
  secrets: Secrets;
  log: Log;
  /** How far the step is, in percent: shown beside its name while it runs. */
  progress(percent: number, text: string): void;
  /**
   * Sets `$(name)` for later steps of the job, and `$(step.name)`, which other jobs can read. A value that holds a known secret is set
   * as a secret.
   */
  output(name: string, value: string, options?: { secret?: boolean }): void;
  journal: Journal;
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
  /** Registers what to undo when the task is cancelled or fails: run newest first, 6 s in all. */
  onCancel(undo: () => Promise<void>): void;
  network: Network;
  documents: Documents;
  attachments: Attachments;
}

export interface Secrets {
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
  /** Shown where the pipeline runs with `System.Debug`. */
  detail(text: string): void;
  warning(text: string): void;
  /** Text that others wrote (output of notebooks, messages of servers): logging commands in it are made harmless. */
  outside(text: string): void;
  /** The same for text that comes in pieces; memory stays bounded however long a line is. End it to flush. */
  outsideStream(): Writable;
}

/** What one stage leaves for the next of the same task instance (task variables): pre-job, job, post-job. */
export interface Journal {
  write(key: string, value: string): void;
  read(key: string): string | undefined;
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
/** The path of a file in which no secret stands. Only `Documents` makes one, so that nothing else can be attached. */
export type MaskedFile = string & { readonly [masked]: true };

/** The files that a step leaves to the agent, in a folder of its own that the agent empties after the job. */
export interface Documents {
  /**
   * Writes a file with every secret masked: text as a whole, of other values each text in them, before they become JSON.
   * @param name of our own making: letters, digits, spaces, `.`, `_` and `-`
   */
  write(name: string, content: string | object): Promise<MaskedFile>;
}

export interface Attachments {
  /** A markdown file that the run's page shows under Extensions. */
  uploadSummary(file: MaskedFile): void;
  publishTestResults(options: { files: MaskedFile[]; title: string }): void;
  /** Attaches a file to the build; type and name must be valid file names. */
  add(type: string, name: string, file: MaskedFile): void;
  /** Adds a tag to the build: Azure DevOps refuses a colon in it. */
  tagBuild(tag: string): void;
}

/** An input that cannot be used: one sentence that names it. */
export class InputError extends Error {
  override name = "InputError";
}
