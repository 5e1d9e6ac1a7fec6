import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { refuse } from "../dialect.ts";
import { projectOf } from "../urls.ts";
import type { AllFeeds } from "./feeds.ts";

const sessionDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/artifacts/provenance/create-session?view=azure-devops-rest-7.1";
const provenanceDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/artifacts/artifact-details/get-package-version-provenance?view=azure-devops-rest-7.1";
const protocols = ["nuget", "npm", "maven", "pypi", "upack", "cargo"];

/**
 * What each kind of session has to say of itself: the ids among the data that Microsoft's tasks send.
 * https://github.com/microsoft/azure-pipelines-tasks-common-packages/blob/main/common-npm-packages/packaging-common/provenance.ts
 */
const requiredData: Readonly<Record<string, readonly string[]>> = {
  InternalBuild: ["System.CollectionId", "System.TeamProjectId", "Build.BuildId"],
  InternalRelease: ["System.CollectionId", "System.TeamProjectId", "Release.ReleaseId"],
};

/** Sessions, by which packages keep the pipeline that published them, and what a package has kept. */
export function provenanceRoutes(feeds: AllFeeds, access: Access): Route[] {
  const create = (request: ServiceRequest): Reply => {
    access.require(request, "addPackage");
    if (!protocols.includes(request.parameter("protocol").toLowerCase()))
      refuse(404, "ProtocolNotFoundException", `There is no protocol '${request.parameter("protocol")}'.`);
    const { feed: name, source, data } = request.json();
    if (typeof name !== "string" || typeof source !== "string" || !isTexts(data))
      return refuse(
        400,
        "InvalidSessionRequestException",
        "A session has a feed, a source and a map of texts as data.",
      );
    const missing = (requiredData[source] ?? []).find((key) => !data[key]);
    if (missing !== undefined)
      refuse(400, "InvalidSessionRequestException", `The session data has no '${missing}'.`);
    const feed = feeds.of(request).get(name, projectOf(request));
    return ok({ sessionId: feeds.of(request).openSession({ feed, provenance: { source, data } }) });
  };
  const get = (request: ServiceRequest): Reply => {
    access.require(request, "readPackages");
    const { feed } = feeds.of(request).getView(request.parameter("feed"), projectOf(request));
    const id = request.parameter("version").toLowerCase();
    const item = feed.packages.find((each) => each.id === request.parameter("package").toLowerCase());
    const version = [...(item?.versions.values() ?? [])].find((each) => each.id === id);
    if (!item || !version)
      return refuse(
        404,
        "PackageVersionNotFoundException",
        `The package version with ID '${id}' was not found.`,
      );
    const { provenance, publisher } = version;
    return ok({
      feedId: feed.id,
      packageId: item.id,
      packageVersionId: version.id,
      provenance: {
        provenanceSource: provenance?.source ?? null,
        data: provenance?.data ?? null,
        publisherUserIdentity: publisher,
        userAgent: null,
      },
    });
  };
  return [
    {
      method: "POST",
      path: "/{organisation}/{project?}/_apis/provenance/session/{protocol}",
      source: sessionDocs,
      handle: create,
    },
    {
      method: "GET",
      path: "/{organisation}/{project?}/_apis/packaging/feeds/{feed}/packages/{package}/versions/{version}/provenance",
      source: provenanceDocs,
      handle: get,
    },
  ];
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === "string")
  );
}
