import type { Writable } from "node:stream";
import type { SecretMasker } from "../commands/secret-masker.ts";
import type { Issue, StepOutcome } from "../commands/step-result.ts";
import { formatDuration, type Style, styleOf } from "./text-style.ts";

/** The sign, words and colour of each result. */
export const outcomes: Record<StepOutcome, { sign: string; words: string; paint: keyof Style }> = {
  succeeded: { sign: "✓", words: "succeeded", paint: "green" },
  succeededWithIssues: { sign: "!", words: "succeeded with issues", paint: "yellow" },
  failed: { sign: "✗", words: "failed", paint: "red" },
  canceled: { sign: "■", words: "canceled", paint: "yellow" },
  skipped: { sign: "-", words: "skipped", paint: "dim" },
};

/** Writes the progress of a run for a person, line by line. */
export class Reporter {
  readonly style: Style;
  #count = 0;

  readonly #out: Writable;
  readonly #masker: SecretMasker;

  constructor(out: Writable, masker: SecretMasker) {
    this.#out = out;
    this.#masker = masker;
    this.style = styleOf(out);
  }

  print(line = ""): void {
    this.#out.write(`${this.#masker.mask(line)}\n`);
  }

  jobStarted(title: string): void {
    this.print();
    this.print(this.style.bold(withoutCommands(title)));
  }

  approval(line: string, isApproved: boolean): void {
    this.print();
    this.print(this.style[isApproved ? "green" : "red"](line));
  }

  stepStarted(title: string): void {
    this.#count += 1;
    this.print();
    this.print(`${this.style.bold(`${this.#count}. ${withoutCommands(title)}`)}`);
  }

  stepLine(line: string): void {
    this.print(`   ${this.#painted(withoutControls(line))}`);
  }

  stepFinished(result: StepOutcome, durationMs: number): void {
    const { sign, words, paint } = outcomes[result];
    const time = this.style.dim(` in ${formatDuration(durationMs)}`);
    this.print(`   ${this.style[paint](`${sign} ${words}`)}${time}`);
  }

  stepSkipped(reason: string): void {
    const { sign, words, paint } = outcomes.skipped;
    this.print(`   ${this.style[paint](`${sign} ${words}: ${withoutCommands(withoutControls(reason))}`)}`);
  }

  /** A stage or job that does not run. */
  skipped(what: string, reason: string): void {
    this.print();
    this.print(
      this.style.dim(
        `${outcomes.skipped.sign} ${what} was skipped: ${withoutCommands(withoutControls(reason))}`,
      ),
    );
  }

  note(line: string): void {
    this.print(this.style.dim(line));
  }

  issue({ type, message }: Issue): void {
    this.print(this.#painted(`##[${type}]${withoutControls(message)}`));
  }

  #painted(line: string): string {
    const [, tag, rest = ""] =
      /^##\[(section|command|debug|warning|error|group|endgroup)\](.*)$/s.exec(line) ?? [];
    const { style } = this;
    switch (tag) {
      case "section":
      case "group":
        return style.bold(rest);
      case "command":
        return style.cyan(rest);
      case "debug":
        return style.dim(rest);
      case "warning":
        return style.yellow(`warning: ${rest}`);
      case "error":
        return style.red(`error: ${rest}`);
      case "endgroup":
        return "";
      default:
        return line;
    }
  }
}

/** Text from outside, such as the first line of a script, which a pipeline that runs this command must not take for a logging command. */
export function withoutCommands(text: string): string {
  return text.replace(/##(?=vso\[|\[)/gi, "##_");
}

/** A line without control characters, which could move the cursor or set the title of the terminal. Colours and tabs stay. */
export function withoutControls(line: string): string {
  return line.replace(/\u001b\[[\d;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (found) =>
    found.length > 1 ? found : "",
  );
}
