import { inspect } from "node:util";
import { couldNot } from "../../shared/text/could-not.ts";
import { PipelineRefused } from "../agent/yaml/problems.ts";
import { UsageError } from "./command-line/usage-error.ts";

/** Shows, beside the sentence of an error, where it comes from. */
const debugVariable = "NOTEBOOK_OPS_DEBUG";

/** Writes why a command failed to standard error. @returns the exit code */
export function reportFailure(error: unknown, command: string | undefined): number {
  if (error instanceof PipelineRefused) return refuse(error);
  const text = isExpected(error) ? error.message : describeUnexpected(error, command);
  process.stderr.write(`${text}\n`);
  if (process.env[debugVariable]) process.stderr.write(`${inspect(error)}\n`);
  return error instanceof UsageError ? 2 : 1;
}

/** Tells all problems of a pipeline of which nothing has run, a line each. */
function refuse({ message, isSkippable, problems }: PipelineRefused): number {
  const count = problems.length === 1 ? "this problem" : `these ${problems.length} problems`;
  const rest = isSkippable ? "; --skip-unsupported runs the rest of the pipeline" : "";
  process.stderr.write(`${message}\nNothing was started because of ${count}${rest}.\n`);
  return 2;
}

const kindsOfDefects = [
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
];

/**
 * Whether an error was thrown for the user to read, which our own are: a message in a plain error or a class of ours. JavaScript's own
 * kinds are defects, and errors with a code are Node's, whose messages do not say what the command was about.
 */
function isExpected(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return !kindsOfDefects.some((kind) => error instanceof kind) && !("code" in error);
}

function describeUnexpected(error: unknown, command: string | undefined): string {
  const name = command === undefined ? "notebook-ops" : `notebook-ops ${command}`;
  const [what] = String(error).split("\n");
  return couldNot(`complete ${name}`, `unexpected ${what}`, `set ${debugVariable}=1 to see its stack trace`);
}
