import type { ExitValueReading } from "../../results/exit-value.ts";
import { TestBudget } from "../../results/test-budget.ts";
import type { TaskHost } from "../../task/host.ts";
import { maskTexts, shortestInDocument } from "../../task/secret-mask.ts";
import { shortened } from "../../text/shortened.ts";
import { type RunKind, subjectOf } from "./run-kind.ts";
import type { NotebookOutput } from "./run-outcome.ts";

const maxLoggedExitValue = 2_000;

/** Takes the exit values of a step's runs: logs them, masks the secrets in them, and bounds the tests that they report. */
export class ExitOutputs {
  readonly #budget = new TestBudget();
  readonly #host: Pick<TaskHost, "log" | "secrets">;
  readonly #keepExitValue: (name: string, value: string) => Promise<string>;
  readonly #kind: RunKind;

  /**
   * @param keepExitValue returns the exit value, or writes a long one to a file and returns its beginning
   * @param kind the word for a run in the log
   */
  constructor(
    host: Pick<TaskHost, "log" | "secrets">,
    keepExitValue: (name: string, value: string) => Promise<string>,
    kind: RunKind,
  ) {
    this.#host = host;
    this.#keepExitValue = keepExitValue;
    this.#kind = kind;
  }

  /** @param readTests reads the tests that the value reports; it gets the value as it is, because JSON with *** in place of a number cannot be parsed */
  async take(
    name: string,
    value: string | undefined,
    readTests: () => Promise<ExitValueReading>,
  ): Promise<Pick<NotebookOutput, "exited" | "exitValue" | "reading">> {
    const reading = await readTests();
    const shown = value === undefined ? undefined : this.masked(value);
    if (shown !== undefined)
      this.#host.log.outside(`${this.subject(name)}: exit value: ${shortened(shown, maxLoggedExitValue)}`);
    return {
      exited: shown !== undefined,
      reading: this.#budget.take(maskTexts(reading, (text) => this.#host.secrets.mask(text))),
      exitValue: shown === undefined ? undefined : await this.#keepExitValue(name, shown),
    };
  }

  /**
   * Masks the secrets in a text. Must happen before the text is cut, since a part of a secret is not recognised. Short secrets are not
   * masked: an exit value is data for later steps, and a short secret may be a word of it.
   */
  masked(text: string): string {
    return this.#host.secrets.mask(text, { shortest: shortestInDocument });
  }

  /** A run at the beginning of a line of the log. */
  subject(name: string): string {
    return subjectOf({ kind: this.#kind, name });
  }
}
