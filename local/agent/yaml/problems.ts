import { PipelineError, UnsupportedError } from "./node.ts";

/** What is wrong with a pipeline: every mistake, and every construct that the local agent does not support, a line each. */
export class PipelineRefused extends Error {
  override name = "PipelineRefused";
  readonly problems: readonly PipelineError[];

  constructor(problems: readonly PipelineError[]) {
    super(problems.map(({ message }) => message).join("\n"));
    this.problems = problems;
  }

  /** Whether `--skip-unsupported` would run the rest. */
  get isSkippable(): boolean {
    return this.problems.every((problem) => problem instanceof UnsupportedError);
  }
}

/**
 * Collects the problems of a pipeline while it is read, so that all of them are told at once. A template that is included twice tells each of
 * its problems once.
 */
export class Problems {
  readonly #found = new Map<string, PipelineError>();

  add(problem: PipelineError): void {
    this.#found.set(problem.message, problem);
  }

  /** Runs `read`. @returns undefined if it threw a problem, which is then collected */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#keep(error);
      return undefined;
    }
  }

  async attemptAsync<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.#keep(error);
      return undefined;
    }
  }

  get isEmpty(): boolean {
    return this.#found.size === 0;
  }

  /** All problems, by file and line. */
  sorted(): PipelineError[] {
    return [...this.#found.values()].sort(
      ({ at: a }, { at: b }) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column,
    );
  }

  /**
   * @returns the problems with which the pipeline can run, if the unsupported parts may be skipped
   * @throws PipelineRefused for any other problem
   */
  refuse({ skipUnsupported }: { skipUnsupported: boolean }): PipelineError[] {
    const problems = this.sorted();
    const refused = new PipelineRefused(problems);
    if (problems.length > 0 && !(skipUnsupported && refused.isSkippable)) throw refused;
    return problems;
  }

  #keep(error: unknown): void {
    if (error instanceof PipelineRefused) for (const problem of error.problems) this.add(problem);
    else if (error instanceof PipelineError) this.add(error);
    else throw error;
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
