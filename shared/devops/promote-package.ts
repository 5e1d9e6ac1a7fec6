import { RequestError } from "../http/errors.ts";
import { couldNot } from "../text/could-not.ts";
import type { AzureDevOps } from "./connection.ts";
import { feedPath, matchingVersions, universalPackagesUrl, viewAdvice, viewNames } from "./feed-views.ts";
import { feedText, type PackageVersion, packageText } from "./package-identity.ts";

const publisherAdvice =
  "give the build service the role Feed Publisher (Contributor), which may promote packages, under the permissions of the feed";

/**
 * Promotes a version of a universal package to a view of its feed. May be repeated: a version that is in the view already stays there.
 * https://learn.microsoft.com/rest/api/azure/devops/artifactspackagetypes/universal/update-package-version
 */
export async function promotePackage(
  devops: AzureDevOps,
  { view, ...target }: PackageVersion & { view: string },
): Promise<void> {
  const { feed, name, version } = target;
  const attempted = `promote ${packageText(target)} to the view ${view}`;
  const path = [feedPath(feed), "upack/packages", encodeURIComponent(name), "versions", version].join("/");
  try {
    await devops.at(await universalPackagesUrl(devops)).json({
      method: "PATCH",
      path,
      query: { "api-version": "7.1-preview.1" },
      body: { views: { op: "add", path: "/views/-", value: view } },
      attempted,
      repeatable: true,
      answer: "nothing",
    });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.kind === "forbidden") throw error.advising(publisherAdvice);
    if (!["notFound", "invalid", "conflict"].includes(error.kind)) throw error;
    throw (await reason(devops, { ...target, view }, attempted, error)) ?? error;
  }
}

/** What a refusal means, found out by a look at the feed; undefined if the feed has the view and the version, or does not tell. */
async function reason(
  devops: AzureDevOps,
  { view, ...target }: PackageVersion & { view: string },
  attempted: string,
  cause: RequestError,
): Promise<Error | undefined> {
  try {
    const views = await viewNames(devops, target.feed);
    if (!views.some((name) => name.toLowerCase() === view.toLowerCase()))
      return new Error(couldNot(attempted, `the feed has no view ${view}`, viewAdvice(view, views)), {
        cause,
      });
    if ((await matchingVersions(devops, target)).length > 0) return undefined;
    const advice = "check the name of the package and its version, and publish it to this feed first";
    return new Error(couldNot(attempted, `the feed has no such version`, advice), { cause });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.kind !== "notFound") return undefined;
    const advice = "check the input 'feed': a feed of a project is project/feed";
    return new Error(couldNot(attempted, `there is no feed ${feedText(target.feed)}`, advice), { cause });
  }
}
