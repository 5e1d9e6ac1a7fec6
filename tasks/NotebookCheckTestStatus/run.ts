import { stageOf } from "../../shared/devops/approvals.ts";
import { buildLinks } from "../../shared/devops/build-links.ts";
import { type AzureDevOps, connectAzureDevOps } from "../../shared/devops/connection.ts";
import { promoteAfterPass } from "../../shared/devops/promotion.ts";
import { writeDocument } from "../../shared/reporting/write-document.ts";
import { decide, type Evidence } from "../../shared/results/gate/decide.ts";
import {
  type GateDecision,
  gateDecisionSchema,
  gateDecisionType,
} from "../../shared/results/gate/gate-decision.ts";
import { gateSummary } from "../../shared/results/gate/gate-summary.ts";
import { gateLogTable } from "../../shared/results/gate/log-table.ts";
import { signOffRule } from "../../shared/results/gate/sign-off.ts";
import type { TrustedPipeline } from "../../shared/results/gate/trusted-pipelines.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import { readApprovals } from "./approvals.ts";
import { findTests } from "./find-tests.ts";
import { type Inputs, loadInputs } from "./inputs.ts";
import { reportForSignOff } from "./report-for-sign-off.ts";

export async function run(host: TaskHost): Promise<void> {
  // Whatever ends this step before the decision: it has not passed.
  host.output("TestStatus", "failed");
  const inputs = loadInputs(host);
  const devops = connectAzureDevOps(host);
  const { decision, evidence } = await judge(host, devops, inputs);
  host.log.outside(gateLogTable(decision));
  await attach(host, decision);
  await reportForSignOff(host, devops, { decision, evidence, inputs });
  requirePassed(decision);
  const { name: packageName, version: packageVersion } = inputs.tested;
  if (inputs.promotion) await promoteAfterPass(host, { ...inputs.promotion, packageName, packageVersion });
  host.output("TestStatus", "passed");
}

async function judge(
  host: TaskHost,
  devops: AzureDevOps,
  inputs: Inputs,
): Promise<{ decision: GateDecision; evidence: Evidence }> {
  const { tested, rules, requireSignOff } = inputs;
  const stage = requireSignOff ? stageOf(host.variable) : undefined;
  const [evidence, given] = await Promise.all([
    findTests(devops, { tested, ...trust(host, inputs) }),
    stage ? readApprovals(devops, stage) : undefined,
  ]);
  const found = decide(evidence, { tested, rules });
  const judged = [...found.rules, ...(stage && given ? [signOffRule(given, stage.name)] : [])];
  const decision: GateDecision = {
    schema: gateDecisionSchema,
    decision: judged.every(({ holds }) => holds) ? "passed" : "failed",
    decidedOn: new Date(evidence.now).toISOString(),
    run: { buildId: host.variable("Build.BuildId") ?? "0", ...linkOf(host) },
    artifact: { name: tested.name, version: tested.version, digest: rules.digest },
    environment: tested.environment,
    rules: judged,
    tests: found.tests,
    ...(given ? { approvals: given } : {}),
  };
  return { decision, evidence };
}

function linkOf(host: TaskHost): { url?: string } {
  const url = buildLinks(host.variable).build;
  return url === undefined ? {} : { url };
}

/** The trusted pipelines: unless the input names some, the pipeline of this job, by its id. */
function trust(
  host: TaskHost,
  { trustedPipelines }: Inputs,
): { trusted: TrustedPipeline[]; ownProject: string } {
  const ownProject = host.variable("System.TeamProjectId");
  if (ownProject === undefined)
    throw new InputError(
      couldNot(
        "find the pipelines of this project",
        "the variable System.TeamProjectId is not set",
        "run the task in a pipeline job",
      ),
    );
  if (trustedPipelines.length > 0) return { trusted: trustedPipelines, ownProject };
  const pipeline = host.variable("System.DefinitionId");
  // In a classic release the variable is the id of the release definition.
  if (pipeline === undefined || host.variable("System.HostType")?.toLowerCase() !== "build")
    throw new InputError(
      couldNot(
        "use the input 'trustedPipelines'",
        "it is empty, and this job does not belong to a pipeline that could have tested the version",
        "list the pipelines that test it",
      ),
    );
  return { trusted: [{ text: pipeline, pipeline }], ownProject };
}

async function attach(host: TaskHost, decision: GateDecision): Promise<void> {
  const { artifact, environment } = decision;
  // Names of attachments must be unique in a job.
  const id = `${artifact.name}-${artifact.version}-${environment}`
    .replace(/[^A-Za-z0-9.-]/g, "-")
    .slice(0, 80);
  host.attachments.add(gateDecisionType, `gate-${id}.json`, await writeDocument(host, "gate.json", decision));
  host.attachments.uploadSummary(await writeDocument(host, "Gate.md", gateSummary(decision)));
}

/** Throws one sentence with all rules that do not hold, and what to do about the first. */
function requirePassed({ decision, rules, artifact, environment }: GateDecision): void {
  if (decision === "passed") return;
  const broken = rules.filter(({ holds }) => !holds);
  throw new Error(
    couldNot(
      `pass the gate with ${artifact.name} ${artifact.version} in ${environment}`,
      broken.map(({ text }) => text).join(", and "),
      broken[0]?.advice,
    ),
  );
}
