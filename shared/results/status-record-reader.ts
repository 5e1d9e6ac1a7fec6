import { couldNot } from "../text/could-not.ts";
import { oneLine, webAddress } from "../text/plain-text.ts";
import { scanKeys } from "./json-keys.ts";
import { maxRecordLength } from "./record-size.ts";
import { ResultsError } from "./results-error.ts";
import { type StatusRecord, type StatusResult, statusRecordSchema } from "./status-record.ts";
import { phaseKinds } from "./streaming-phase.ts";
import { countOutcomes, type OutcomeCounts } from "./test-case.ts";
import type { TestOutcome } from "./test-outcome.ts";

/**
 * Reads a status record. Anyone who can run a step can attach one, so each field is checked, unknown fields are ignored, and counts that
 * differ from the results are refused.
 * @param source the record's name in messages, such as `test status of build 42`
 * @throws ResultsError that names the field
 */
export function parseStatusRecord(text: string, source: string): StatusRecord {
  return new Reader(source).record(text);
}

type Fields = Record<string, unknown>;

class Reader {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  record(text: string): StatusRecord {
    if (text.length > maxRecordLength) throw this.#refuse("it is larger than 64 MB");
    if (text.trim() === "") throw this.#refuse("it is empty");
    let value: unknown;
    try {
      value = JSON.parse(text.replace(/^\uFEFF/, ""));
    } catch {
      throw this.#refuse("it is not valid JSON");
    }
    // Of a repeated key a parser keeps the last value only, so that one reader could see a failure where another sees a success.
    const { repeated } = scanKeys(text);
    if (repeated !== undefined)
      throw this.#refuse(`it has the key ${oneLine(repeated, 60)} twice in one object`);
    const fields = this.#object(value, "it");
    if (fields.schema !== statusRecordSchema)
      throw this.#refuse(
        `its schema is ${oneLine(JSON.stringify(fields.schema) ?? "missing", 60)} and not "${statusRecordSchema}"`,
      );
    const run = this.#object(fields.run, "run");
    const results = this.#results(fields.results);
    const startedOn = this.#time(fields, "startedOn");
    const finishedOn = this.#time(fields, "finishedOn");
    if (Date.parse(finishedOn) < Date.parse(startedOn))
      throw this.#refuse("its finishedOn is before its startedOn");
    return {
      schema: statusRecordSchema,
      ...(fields.artifact === undefined ? {} : { artifact: this.#artifact(fields.artifact) }),
      ...(fields.environment === undefined ? {} : { environment: this.#text(fields, "environment") }),
      platform: this.#oneOf(fields, "platform", ["databricks", "fabric"]),
      workspace: this.#text(fields, "workspace"),
      run: { buildId: this.#text(run, "buildId", "run.buildId"), ...this.#link(run.url, "url") },
      startedOn,
      finishedOn,
      counts: this.#counts(fields.counts, results),
      results,
    };
  }

  #artifact(value: unknown): NonNullable<StatusRecord["artifact"]> {
    const fields = this.#object(value, "artifact");
    const digest = this.#text(fields, "digest", "artifact.digest");
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw this.#refuse("artifact.digest is not a SHA-256 digest");
    return {
      name: this.#text(fields, "name", "artifact.name"),
      version: this.#text(fields, "version", "artifact.version"),
      digest,
    };
  }

  #results(value: unknown): StatusResult[] {
    if (!Array.isArray(value)) throw this.#refuse("results is not a list");
    return value.map((item: unknown, index) => {
      const at = `results[${index}]`;
      const fields = this.#object(item, at);
      const outcome = this.#oneOf(fields, "outcome", ["passed", "failed", "skipped"], `${at}.outcome`);
      return {
        name: this.#text(fields, "name", `${at}.name`),
        ...this.#textOrNothing(fields, "file", at),
        outcome,
        durationSeconds: this.#seconds(fields, "durationSeconds", at),
        ...this.#textOrNothing(fields, "message", at),
        ...this.#link(fields.runUrl, "runUrl"),
        ...this.#optionalText(fields, "exitValue", at),
        ...this.#optionalText(fields, "reportedBy", at),
        ...this.#failedAttempts(fields.failedAttempts, at),
        ...this.#streaming(fields, outcome, at),
        ...this.#quarantined(fields.quarantined, at),
        ...this.#optionalText(fields, "owner", at),
        ...this.#tags(fields.tags, at),
      };
    });
  }

  #failedAttempts(value: unknown, at: string): Pick<StatusResult, "failedAttempts"> {
    if (value === undefined) return {};
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
      throw this.#refuse(`${at}.failedAttempts is not a whole number above 0`);
    return { failedAttempts: value };
  }

  /** A phase that is not known is left out: it only changes words. Only what passed has become visible. */
  #streaming(
    fields: Fields,
    outcome: TestOutcome,
    at: string,
  ): Pick<StatusResult, "phase" | "latencySeconds"> {
    const phase = phaseKinds.find((kind) => kind === fields.phase);
    const latencySeconds =
      fields.latencySeconds === undefined ? undefined : this.#seconds(fields, "latencySeconds", at);
    return {
      ...(phase ? { phase } : {}),
      ...(latencySeconds !== undefined && outcome === "passed" ? { latencySeconds } : {}),
    };
  }

  #seconds(fields: Fields, key: string, at: string): number {
    const value = fields[key];
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
      throw this.#refuse(`${at}.${key} is not a number of seconds`);
    return value;
  }

  #quarantined(value: unknown, at: string): Pick<StatusResult, "quarantined"> {
    if (value === undefined || value === false) return {};
    if (value !== true) throw this.#refuse(`${at}.quarantined is not true or false`);
    return { quarantined: true };
  }

  #tags(value: unknown, at: string): Pick<StatusResult, "tags"> {
    if (value === undefined) return {};
    if (!Array.isArray(value) || value.some((tag) => typeof tag !== "string"))
      throw this.#refuse(`${at}.tags is not a list of texts`);
    return { tags: value as string[] };
  }

  #optionalText<K extends string>(fields: Fields, key: K, at: string): { [P in K]?: string } {
    const value = fields[key] === undefined ? {} : { [key]: this.#text(fields, key, `${at}.${key}`) };
    return value as { [P in K]?: string };
  }

  /** A result without a file or a message may also have an empty one: many writers always write all fields. */
  #textOrNothing<K extends string>(fields: Fields, key: K, at: string): { [P in K]?: string } {
    return fields[key] === null || fields[key] === "" ? {} : this.#optionalText(fields, key, at);
  }

  #counts(value: unknown, results: StatusResult[]): OutcomeCounts {
    const fields = this.#object(value, "counts");
    const counts = countOutcomes(results);
    for (const key of ["total", "passed", "failed", "skipped"] as const)
      if (fields[key] !== counts[key]) throw this.#refuse(`counts.${key} differs from the results`);
    return counts;
  }

  /** A link that a browser must not follow is left out, because the record proves the same without it. */
  #link<K extends string>(value: unknown, key: K): { [P in K]?: string } {
    const url = typeof value === "string" ? webAddress(value) : undefined;
    return (url ? { [key]: url } : {}) as { [P in K]?: string };
  }

  #time(fields: Fields, key: string): string {
    const time = this.#text(fields, key);
    if (!/^\d{4}-\d\d-\d\dT/.test(time) || Number.isNaN(Date.parse(time)))
      throw this.#refuse(`${key} is not an ISO 8601 time`);
    return new Date(time).toISOString();
  }

  #text(fields: Fields, key: string, at = key): string {
    const value = fields[key];
    if (typeof value !== "string" || value.trim() === "") throw this.#refuse(`it has no ${at}`);
    return value;
  }

  #oneOf<T extends string>(fields: Fields, key: string, choices: readonly T[], at = key): T {
    const value = choices.find((choice) => choice === fields[key]);
    if (!value) throw this.#refuse(`${at} is not one of ${choices.join(", ")}`);
    return value;
  }

  #object(value: unknown, at: string): Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw this.#refuse(`${at} is not an object`);
    return value as Fields;
  }

  #refuse(problem: string): ResultsError {
    const advice = "run the tests again with a task that attaches a whole record";
    return new ResultsError(couldNot(`read the ${oneLine(this.#source, 200)}`, problem, advice));
  }
}
