import { longestSeconds } from "./junit-attributes.ts";
import { latencyText } from "./report/words.ts";
import { latencyOf, type PhaseSpan, phaseKinds, type StartedPhase } from "./streaming-phase.ts";
import type { TestCase } from "./test-case.ts";

// JUnit knows no streaming tests, so that a phase is written into the properties of its case.

const prefix = "streaming.";
const outcomes = ["passed", "failed", "skipped"] as const;

/** A page draws no more of them. A validation of 20 minutes that is tried every second has 1,200. */
const mostSpans = 2_000;

/**
 * The properties of a case, with the names that `takePhase` reads. `streaming.latencySeconds` is a number; `streaming.tries` and
 * `streaming.streams` are JSON lists of `[start in seconds after the phase's, duration in seconds, outcome, name]`.
 */
export function phaseProperties(phase: StartedPhase): Record<string, string> {
  const { kind, iteration, startedOn, latencySeconds, tries, streams } = phase;
  const span = (each: PhaseSpan & { name?: string }) => [
    rounded((each.startedOn.getTime() - startedOn.getTime()) / 1000),
    rounded(each.durationSeconds),
    each.outcome,
    ...(each.name === undefined ? [] : [each.name]),
  ];
  const properties = {
    phase: kind,
    iteration,
    startedOn: startedOn.toISOString(),
    latencySeconds: latencySeconds === undefined ? undefined : String(rounded(latencySeconds)),
    tries: tries && JSON.stringify(tries.map(span)),
    streams: streams && JSON.stringify(streams.map(span)),
  };
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      value === undefined ? [] : [[prefix + name, value]],
    ),
  );
}

/** The first line of a validation's output, for pages that show no properties, such as the Tests tab of Azure Pipelines. */
export function phaseSentence(testCase: TestCase): string | undefined {
  const words = latencyText({ outcome: testCase.outcome, ...latencyOf(testCase.phase) });
  return words && `${words[0]!.toUpperCase()}${words.slice(1)}.`;
}

/** Reads the phase of a case from the properties and the output that `toJUnit` wrote, and removes it from them. What cannot be read is left out. */
export function takePhase(testCase: TestCase): void {
  const { properties = {} } = testCase;
  const value = (name: string) => properties[prefix + name];
  const kind = phaseKinds.find((each) => each === value("phase"));
  const startedOn = new Date(/^\d{4}-.*Z$/.exec(value("startedOn") ?? "")?.[0] ?? "");
  if (!kind || Number.isNaN(startedOn.getTime())) return;
  const iteration = value("iteration");
  const latencySeconds = value("latencySeconds");
  const tries = spans(value("tries"), startedOn);
  const streams = spans(value("streams"), startedOn).filter(({ name }) => name !== "");
  testCase.phase = {
    kind,
    startedOn,
    ...(iteration ? { iteration } : {}),
    ...(/^\d{1,9}(\.\d+)?$/.test(latencySeconds ?? "") && testCase.outcome === "passed"
      ? { latencySeconds: Number(latencySeconds) }
      : {}),
    ...(tries.length > 0 ? { tries: tries.map(({ name: _, ...span }) => span) } : {}),
    ...(streams.length > 0 ? { streams } : {}),
  };
  const others = Object.entries(properties).filter(([name]) => !name.startsWith(prefix));
  if (others.length > 0) testCase.properties = Object.fromEntries(others);
  else delete testCase.properties;
  const sentence = phaseSentence(testCase);
  if (sentence === undefined || !testCase.output?.startsWith(sentence)) return;
  const output = testCase.output.slice(sentence.length).trimStart();
  if (output) testCase.output = output;
  else delete testCase.output;
}

function spans(json: string | undefined, phaseStart: Date): (PhaseSpan & { name: string })[] {
  let list: unknown;
  try {
    list = JSON.parse(json ?? "[]");
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  return list.slice(0, mostSpans).flatMap((item: unknown) => {
    if (!Array.isArray(item)) return [];
    const [start, durationSeconds, written, name = ""] = item as unknown[];
    const outcome = outcomes.find((each) => each === written);
    if (!isTime(start) || !isTime(durationSeconds) || durationSeconds < 0 || !outcome) return [];
    if (typeof name !== "string") return [];
    return [{ name, startedOn: new Date(phaseStart.getTime() + start * 1000), durationSeconds, outcome }];
  });
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= longestSeconds;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
