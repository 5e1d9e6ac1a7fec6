import { createHash, randomBytes } from "node:crypto";

/** The tag by which everything that a pipeline created can be found again. */
export const intentTag = "notebook-ops";

/** Which build creates something, and an id for this creation: recorded before the thing is created. */
export interface Intent {
  organisation: string;
  project: string;
  definition: string;
  build: string;
  /** 12 hexadecimal digits, new for each task that runs. */
  id: string;
}

/** The intent of the build that is running, from the agent's variables; what is absent becomes "local" or "0". */
export function newIntent(variable: (name: string) => string | undefined): Intent {
  return {
    organisation: organisationOf(
      variable("System.CollectionUri") ?? variable("System.TeamFoundationCollectionUri"),
    ),
    project: variable("System.TeamProject") ?? "local",
    definition: variable("System.DefinitionId") ?? "0",
    build: variable("Build.BuildId") ?? "0",
    id: randomBytes(6).toString("hex"),
  };
}

function organisationOf(collectionUri: string | undefined): string {
  if (!collectionUri || !URL.canParse(collectionUri)) return "local";
  const { hostname, pathname } = new URL(collectionUri);
  const [classic, ...domain] = hostname.split(".");
  if (domain.join(".") === "visualstudio.com") return classic!;
  return pathname.split("/").find(Boolean) ?? hostname;
}

/**
 * `organisation/project/definition/build/id`: value of the tag and part of names. Only characters that tags of every cloud take, and
 * at most 255 of them.
 */
export function intentPath(intent: Intent): string {
  return [intent.organisation, intent.project, intent.definition, intent.build, intent.id]
    .map((part) => part.replace(/[^A-Za-z0-9 ._-]/g, "-").slice(0, 60))
    .join("/");
}

/** An idempotency token of 64 characters for one thing among those of an intent. */
export function intentToken(intent: Intent, thing: string): string {
  return createHash("sha256")
    .update(`${intentPath(intent)}\n${thing}`)
    .digest("hex");
}
