import { didYouMean } from "../text/did-you-mean.ts";
import type { AzureDevOps } from "./connection.ts";
import { areaUrl } from "./locations.ts";
import { type Feed, isVersionOf, type PackageVersion } from "./package-identity.ts";

// Resource areas: https://github.com/microsoft/azure-devops-python-api (FeedClient, UPackPackagingClient).
const feedsArea = "7ab4e64e-c4d8-4f50-ae73-5ef2e21642a5";
const universalPackagesArea = "d397749b-f115-4027-b6dd-77a65dd10d21";
const mostPackages = 1_000;

/** The address of the service that stores universal packages, which differs from that of the organisation. */
export function universalPackagesUrl(devops: AzureDevOps): Promise<string> {
  return areaUrl(devops, universalPackagesArea, "universal packages");
}

/** `project/_apis/packaging/feeds/feed` */
export function feedPath({ project, name }: Feed): string {
  const scope = project === undefined ? "" : `${encodeURIComponent(project)}/`;
  return `${scope}_apis/packaging/feeds/${encodeURIComponent(name)}`;
}

/** The names of the views of a feed. https://learn.microsoft.com/rest/api/azure/devops/artifacts/feed-management/get-feed-views */
export async function viewNames(devops: AzureDevOps, feed: Feed): Promise<string[]> {
  const { value } = await devops
    .at(await areaUrl(devops, feedsArea, "feeds"))
    .json<{ value: { name: string }[] }>({
      method: "GET",
      path: `${feedPath(feed)}/views`,
      query: { "api-version": "7.1" },
      attempted: `list the views of the feed ${feed.name}`,
      answer: { value: [{ name: "string" }] },
    });
  return value.map(({ name }) => name);
}

/**
 * The versions of a universal package, or those that its version matches as a pattern, in a feed or in the view that the feed names.
 * https://learn.microsoft.com/rest/api/azure/devops/artifacts/artifact-details/get-packages
 */
export async function matchingVersions(devops: AzureDevOps, wanted: PackageVersion): Promise<string[]> {
  const { feed, name } = wanted;
  const { value } = await devops
    .at(await areaUrl(devops, feedsArea, "feeds"))
    .json<{ value: { name: string; versions: { version: string }[] }[] }>({
      method: "GET",
      path: `${feedPath(feed)}/packages`,
      query: {
        protocolType: "UPack",
        packageNameQuery: name,
        includeAllVersions: true,
        $top: mostPackages,
        "api-version": "7.1",
      },
      attempted: `list the versions of ${name} in the feed ${feed.name}`,
      answer: { value: [{ name: "string", versions: [{ version: "string" }] }] },
    });
  return value
    .filter((found) => found.name === name)
    .flatMap(({ versions }) => versions.map(({ version }) => version))
    .filter((version) => isVersionOf(wanted, version));
}

/** Advice for the name of a view that a feed does not have. */
export function viewAdvice(view: string, views: readonly string[]): string {
  return didYouMean(view, views, `give one of its views: ${views.join(", ")}`);
}
