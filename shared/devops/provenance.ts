import { RequestError } from "../http/errors.ts";
import type { TaskHost } from "../task/host.ts";
import { maskTexts, shortestInDocument } from "../task/secret-mask.ts";
import type { AzureDevOps } from "./connection.ts";
import { universalPackagesUrl } from "./feed-views.ts";
import { type Feed, feedText } from "./package-identity.ts";

/** The variable by which users of Microsoft's task switch provenance off. */
const switchVariable = "Packaging.SavePublishMetadata";
const forAllAttemptsMs = 30_000; // a step must not wait long for a session

/** What a feed knows of the publisher of a package: the variables that Microsoft's task sends, by the kind of pipeline. */
const ofEachPipeline = ["System.CollectionId", "System.TeamProjectId"];
const ofBuild = [
  "Build.BuildId",
  "System.DefinitionId",
  "Build.BuildNumber",
  "Build.DefinitionName",
  "Build.Repository.Name",
  "Build.Repository.Provider",
  "Build.Repository.Id",
  "Build.Repository.Uri",
  "Build.SourceBranch",
  "Build.SourceBranchName",
  "Build.SourceVersion",
];
const ofRelease = [
  "Release.ReleaseId",
  "Release.ReleaseName",
  "Release.DefinitionName",
  "Release.DefinitionId",
];

/**
 * The feed as it is given to ArtifactTool to publish: the id of a provenance session, by which the feed shows which pipeline published the
 * package. If none can be opened, that is a warning, and the feed itself is used, as in Microsoft's task.
 * https://learn.microsoft.com/rest/api/azure/devops/artifacts/provenance/create-session
 */
export async function publishingFeed(
  host: Pick<TaskHost, "log" | "secrets" | "variable">,
  devops: AzureDevOps,
  feed: Feed,
): Promise<Feed> {
  const session = sessionOf(host);
  if (session === undefined) return feed;
  const attempted = `open a provenance session for the feed ${feedText(feed)}`;
  try {
    const url = await universalPackagesUrl(devops);
    const { sessionId } = await devops.at(url).json<{ sessionId: string }>({
      method: "POST",
      path: `${feed.project === undefined ? "" : `${encodeURIComponent(feed.project)}/`}_apis/provenance/session/upack`,
      query: { "api-version": "7.1-preview.1" },
      body: { feed: feed.name, ...session },
      attempted,
      repeatable: true,
      timeoutMs: forAllAttemptsMs,
      answer: { sessionId: "string" },
    });
    // It becomes an argument of ArtifactTool.
    if (/^\w[\w-]{0,99}$/.test(sessionId)) return { ...feed, name: sessionId };
    throw new RequestError({
      kind: "badAnswer",
      attempted,
      on: new URL(url).host,
      cameBack: "answered with an invalid id",
    });
  } catch (error) {
    if (!(error instanceof RequestError) || error.kind === "canceled") throw error;
    host.log.warning(`${error.message} The feed will not show which pipeline published the package.`);
    return feed;
  }
}

/** Undefined if provenance is switched off, or if the job belongs to no pipeline run. */
function sessionOf({ variable, secrets }: Pick<TaskHost, "secrets" | "variable">) {
  if (variable(switchVariable)?.toLowerCase() === "false") return undefined;
  const isRelease = variable("Release.ReleaseId") !== undefined;
  const names = [...ofEachPipeline, ...(isRelease ? ofRelease : ofBuild)];
  const ids = [...ofEachPipeline, isRelease ? "Release.ReleaseId" : "Build.BuildId"];
  if (ids.some((name) => !variable(name))) return undefined;
  const data = Object.fromEntries(
    names.flatMap((name) => {
      const value = variable(name);
      return value ? [[name, value]] : [];
    }),
  );
  return {
    source: isRelease ? "InternalRelease" : "InternalBuild",
    // The address of a repository can contain the credential with which it was cloned.
    data: maskTexts(data, (text) => secrets.mask(text, { shortest: shortestInDocument })),
  };
}
