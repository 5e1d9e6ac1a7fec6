import { RequestError } from "../http/errors.ts";
import { couldNot } from "../text/could-not.ts";
import type { AzureDevOps } from "./connection.ts";
import { matchingVersions, viewAdvice, viewNames } from "./feed-views.ts";
import { isVersionPattern, type PackageVersion, packageText } from "./package-identity.ts";

/**
 * Why a package cannot be downloaded from a view, `feed@view`, found out by a look at the feed: ArtifactTool says only that it cannot find
 * the package. Undefined if it is neither that the view is missing nor that the version was not promoted to it.
 */
export async function viewRefusal(
  devops: AzureDevOps,
  source: PackageVersion,
  cause: unknown,
): Promise<Error | undefined> {
  const { feed, name, version } = source;
  const [feedName = "", view] = feed.name.split("@");
  if (view === undefined) return undefined;
  const feedItself = { ...feed, name: feedName };
  const attempted = `download ${packageText(source)}`;
  try {
    const views = await viewNames(devops, feedItself);
    if (!views.some((each) => each.toLowerCase() === view.toLowerCase()))
      return new Error(couldNot(attempted, `the feed has no view ${view}`, viewAdvice(view, views)), {
        cause,
      });
    const inFeed = await matchingVersions(devops, { ...source, feed: feedItself });
    if (inFeed.length === 0 || (await matchingVersions(devops, source)).length > 0) return undefined;
    const which = isVersionPattern(version) ? `${inFeed[0]}, which ${version} matches` : version;
    return new Error(
      couldNot(
        attempted,
        `the feed has ${name} ${which}, but it was not promoted to the view ${view}, so it has not passed the gate`,
        `run the pipeline that tests ${name} and promotes it to ${view}, or choose a version that is in the view`,
      ),
      { cause },
    );
  } catch (error) {
    if (error instanceof RequestError) return undefined; // the failure of the download says more
    throw error;
  }
}
