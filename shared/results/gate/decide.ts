import { oneLine } from "../../text/plain-text.ts";
import { countScenarios, type ScenarioCounts, type ScenarioResult, scenariosOf } from "../scenario-counts.ts";
import type { StatusRecord } from "../status-record.ts";
import { type Finding, newestOf, type TestedVersion } from "./findings.ts";
import type { GateRule, GateTest } from "./gate-decision.ts";
import { type PipelineRun, pipelineText, runText } from "./pipeline-run.ts";

/** What a version must fulfil. */
export interface GateRules {
  digest: string;
  /** How many scenarios may have failed or not run. */
  maxFailed: number;
  /** In percent. */
  minPassRate: number;
  maxAgeDays?: number;
}

/** What was found about a version. */
export interface Evidence {
  findings: readonly Finding[];
  /** Runs with the tag of the version whose records do not count, newest first. */
  untrusted: readonly { run: PipelineRun; problem: string }[];
  /** ms, by the clock of the server. */
  now: number;
}

export interface TestDecision {
  rules: GateRule[];
  tests: GateTest[];
}

type Tested = Finding & { record: StatusRecord };

/** Judges the tests of a version: every rule is judged by itself, and each of the newest tests must fulfil it. */
export function decide(
  evidence: Evidence,
  { tested, rules }: { tested: TestedVersion; rules: GateRules },
): TestDecision {
  const newest = newestOf(evidence.findings);
  const records = newest.filter((finding): finding is Tested => finding.record !== undefined);
  const judged = [recordRule(newest, { evidence, tested })];
  if (records.length > 0) {
    judged.push(
      each("digest", records, (finding) => digestRule(finding, rules)),
      each("tested", records, testedRule),
      each("maxFailed", records, (finding) => maxFailedRule(finding, rules, tested)),
      each("minPassRate", records, (finding) => minPassRateRule(finding, rules)),
    );
    if (rules.maxAgeDays !== undefined)
      judged.push(
        each("maxAgeDays", records, (finding) => maxAgeRule(finding, rules.maxAgeDays!, evidence.now)),
      );
  }
  return { rules: judged, tests: testsOf(evidence, newest) };
}

type Judged = Omit<GateRule, "rule">;

/** A rule that every one of the tests must fulfil. */
function each(
  rule: GateRule["rule"],
  findings: readonly Tested[],
  judge: (finding: Tested) => Judged,
): GateRule {
  const judged = findings.map((finding) => ({ ...judge(finding), run: finding.run }));
  const broken = judged.filter(({ holds }) => !holds);
  const shown = broken.length > 0 ? broken : judged;
  const texts = shown.map(({ text, run }) => (findings.length > 1 ? `${text} in run ${runText(run)}` : text));
  const { holds, advice } = shown[0]!;
  return { rule, holds, text: texts.join(", and "), ...(advice ? { advice } : {}) };
}

function recordRule(
  newest: readonly Finding[],
  { evidence, tested }: { evidence: Evidence; tested: TestedVersion },
): GateRule {
  const rule = "record";
  const label = `${tested.name} ${tested.version}`;
  const problems = newest.filter(({ problem }) => problem !== undefined);
  if (problems.length > 0)
    return {
      rule,
      holds: false,
      text: problems.map(({ run, problem }) => `run ${runText(run)} ${problem}`).join(", and "),
      advice: `test ${label} in ${tested.environment} again`,
    };
  if (newest.length > 0) {
    const runs = [...new Set(newest.map(({ run }) => `${runText(run)} of ${pipelineText(run)}`))];
    return { rule, holds: true, text: `of run ${runs.join(", and of run ")}` };
  }
  const [first] = evidence.untrusted;
  if (first)
    return {
      rule,
      holds: false,
      text: `the only test status of ${label} in ${tested.environment} was written by the pipeline ${pipelineText(first.run)} in the project ${oneLine(first.run.project.name, 80)}, and run ${runText(first.run)} ${first.problem}`,
      advice: `test it in ${tested.environment} by a trusted pipeline, or list this one in trustedPipelines if nobody else can change what it runs`,
    };
  return {
    rule,
    holds: false,
    text: `no pipeline run has a test status of ${label} in ${tested.environment}`,
    advice: `deploy and test it in ${tested.environment} first, also if retention has deleted the run that tested it`,
  };
}

function digestRule({ record }: Tested, { digest }: GateRules): Judged {
  const found = record.artifact!.digest;
  if (found === digest)
    return { holds: true, text: `${shortDigest(digest)} was tested and would be deployed` };
  const [one, other] = tellApart(found, digest);
  return {
    holds: false,
    text: `${one} was tested, but ${other} would be deployed`,
    advice: "deploy the package that was tested, or test the one that would be deployed",
  };
}

function testedRule({ record }: Tested): Judged {
  const { total, quarantined } = countScenarios(record.results);
  if (total > 0) return { holds: true, text: count(total, "scenario") };
  const rest = quarantined > 0 ? `: all ${quarantined} scenarios are quarantined` : "";
  return { holds: false, text: `nothing was tested${rest}`, advice: "test it with scenarios that count" };
}

function maxFailedRule({ record }: Tested, { maxFailed }: GateRules, { environment }: TestedVersion): Judged {
  const { total, failed, notRun } = countScenarios(record.results);
  const text = `${failed} of ${count(total, "scenario")} failed and ${notRun} did not run`;
  if (failed + notRun <= maxFailed)
    return { holds: true, text: maxFailed > 0 ? `${text}, and ${maxFailed} may` : text };
  return {
    holds: false,
    text: `${text}${maxFailed > 0 ? `, and only ${maxFailed} may` : ""} (${listNames(namesOf(record, isFailed))})`,
    advice: `look at the run's tests, correct what failed, and test it in ${environment} again`,
  };
}

function minPassRateRule({ record }: Tested, { minPassRate }: GateRules): Judged {
  const { total, passed } = countScenarios(record.results);
  // A quotient is the number that is nearest to its value, so that 7 of 625 are 1.12 %. The product 1.12 * 625 is more than 700.
  const holds = total > 0 && (passed * 100) / total >= minPassRate;
  const rate = total > 0 ? `${passRate({ passed, total })} %` : "none";
  return {
    holds,
    text: `${rate} of the scenarios passed${holds ? ", and" : ", but"} ${minPassRate} % must`,
    ...(holds ? {} : { advice: "correct what failed, and test it again" }),
  };
}

/** Rounded down, so that 99.99 % never reads 100. */
function passRate({ passed, total }: Pick<ScenarioCounts, "passed" | "total">): number {
  return Math.floor((passed * 10_000) / total) / 100;
}

function maxAgeRule({ to }: Finding, maxAgeDays: number, now: number): Judged {
  const holds = now - to <= maxAgeDays * dayMs;
  return {
    holds,
    text: `the tests are ${ageText(now - to)} old and may be at most ${count(maxAgeDays, "day")} old`,
    ...(holds ? {} : { advice: "test it again" }),
  };
}

const dayMs = 24 * 3600_000;

/** In the largest unit of which it has two, rounded down: `50 min`, `47 h`, `9 days`. */
export function ageText(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : count(Math.floor(minutes / 1440), "day");
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** Enough of a digest to recognise it. */
export function shortDigest(digest: string): string {
  return digest.length > 23 ? `${digest.slice(0, 19)}…` : digest;
}

/** Two digests, shortened unless they then look the same. */
function tellApart(one: string, other: string): [string, string] {
  return shortDigest(one) === shortDigest(other) ? [one, other] : [shortDigest(one), shortDigest(other)];
}

const isFailed = ({ outcome, quarantined }: ScenarioResult) => !quarantined && outcome !== "passed";
const isFlaky = ({ outcome, failedAttempts = 0, quarantined }: ScenarioResult) =>
  !quarantined && outcome === "passed" && failedAttempts > 0;
const isQuarantined = ({ quarantined }: ScenarioResult) => quarantined === true;

const mostNames = 20;
/** Of runs that are only shown. */
const mostUntrusted = 20;

function namesOf({ results }: StatusRecord, isMeant: (result: ScenarioResult) => boolean): string[] {
  return scenariosOf(results)
    .filter(isMeant)
    .map(({ name, outcome }) => `${oneLine(name, 120)}${outcome === "skipped" ? ", not run" : ""}`);
}

/** The first three names, and how many more there are. */
export function listNames(names: readonly string[]): string {
  const more = names.length > 3 ? `; and ${names.length - 3} more` : "";
  return `${names.slice(0, 3).join("; ")}${more}`;
}

function testsOf({ findings, untrusted }: Evidence, newest: readonly Finding[]): GateTest[] {
  const roleOf = (finding: Finding) => (newest.includes(finding) ? "decides" : "superseded");
  return [
    ...findings
      .toSorted(
        (one, other) => Number(newest.includes(other)) - Number(newest.includes(one)) || other.to - one.to,
      )
      .map(
        (finding) => ({ ...aboutRun(finding.run), role: roleOf(finding), ...aboutFinding(finding) }) as const,
      ),
    ...untrusted
      .slice(0, mostUntrusted)
      .map(({ run, problem }) => ({ ...aboutRun(run), role: "notTrusted", problem }) as const),
  ];
}

function aboutRun({ id, number, project, pipeline, branch }: PipelineRun) {
  return { buildId: id, buildNumber: number, project: project.name, pipeline, branch };
}

function aboutFinding({ record, problem, to }: Finding): Partial<GateTest> {
  if (record === undefined) return { problem };
  const { total, passed, failed, notRun } = countScenarios(record.results);
  const names = (isMeant: (result: ScenarioResult) => boolean) =>
    namesOf(record, isMeant).slice(0, mostNames);
  return {
    testedOn: new Date(to).toISOString(),
    digest: record.artifact!.digest,
    workspace: record.workspace,
    scenarios: { total, passed, failed, notRun },
    failedNames: names(isFailed),
    flakyNames: names(isFlaky),
    quarantinedNames: names(isQuarantined),
  };
}
