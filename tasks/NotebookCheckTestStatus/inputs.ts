import { environmentName } from "../../shared/deployment/environment.ts";
import { checkPackageName, checkPackageVersion } from "../../shared/devops/package-identity.ts";
import { type Promotion, promotionInputs } from "../../shared/devops/promotion.ts";
import type { GateRules } from "../../shared/results/gate/decide.ts";
import type { TestedVersion } from "../../shared/results/gate/findings.ts";
import { parseTrustedPipelines, type TrustedPipeline } from "../../shared/results/gate/trusted-pipelines.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";

export interface Inputs {
  tested: TestedVersion;
  rules: GateRules;
  /** Empty if only the pipeline of this job is trusted. */
  trustedPipelines: TrustedPipeline[];
  requireSignOff: boolean;
  promotion?: Promotion;
  /** With what is deployed there, the report compares the version. */
  productionEnvironment: string;
}

export function loadInputs(host: TaskHost): Inputs {
  const maxAgeDays = host.input("maxAgeDays");
  return {
    tested: {
      environment: environmentName("environment", host.requiredInput("environment")),
      name: checkPackageName(host.requiredInput("packageName")),
      version: checkPackageVersion(host.requiredInput("packageVersion")),
    },
    rules: {
      digest: digest(host.requiredInput("artifactDigest")),
      maxFailed: host.integerInput("maxFailed", { min: 0, max: 1_000_000 }),
      minPassRate: decimal("minPassRate", host.requiredInput("minPassRate"), { min: 0, max: 100 }),
      ...(maxAgeDays ? { maxAgeDays: decimal("maxAgeDays", maxAgeDays, { min: 0.01, max: 36_500 }) } : {}),
    },
    trustedPipelines: parseTrustedPipelines(host.input("trustedPipelines") ?? ""),
    requireSignOff: host.booleanInput("requireSignOff"),
    promotion: promotionInputs(host),
    productionEnvironment: environmentName(
      "productionEnvironment",
      host.requiredInput("productionEnvironment"),
    ),
  };
}

function digest(text: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return text;
  throw unusable(
    "artifactDigest",
    `'${text}' is not the digest of a package`,
    "give the output ArtifactDigest of NotebookPublishArtifact or NotebookDeployArtifact, which is sha256: and 64 digits",
  );
}

function decimal(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= min && value <= max) return value;
  throw unusable(name, `'${text}' is not a number from ${min} to ${max}`, "give a number such as 90 or 99.5");
}

function unusable(name: string, problem: string, advice: string): InputError {
  return new InputError(couldNot(`use the input '${name}'`, problem, advice));
}
