import { couldNot } from "../../../../shared/text/could-not.ts";
import type { Clock } from "../../clock.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { projectName } from "../urls.ts";
import { clientToolRoutes } from "./client-tool-routes.ts";
import { feedRoutes } from "./feed-routes.ts";
import { AllFeeds, type Feeds } from "./feeds.ts";
import { packageRoutes } from "./package-routes.ts";
import { Publisher } from "./packages.ts";
import { provenanceRoutes } from "./provenance-routes.ts";
import { pypiRoutes } from "./pypi-routes.ts";
import { universalContentRoutes } from "./universal-content-routes.ts";
import { universalRoutes } from "./universal-routes.ts";

/**
 * Azure Artifacts: the config's feeds, what is published to them, and the tool that moves universal packages.
 * @param organisations the addresses of the feeds of each organisation
 */
export function artifactRoutes(
  organisations: ReadonlyMap<string, readonly string[]>,
  clock: Clock,
  access: Access,
): Route[] {
  const feeds = new AllFeeds();
  for (const [organisation, addresses] of organisations)
    for (const address of addresses) createFeed(feeds.at(organisation), address);
  const publisher = new Publisher(clock);
  return [
    ...feedRoutes(feeds, access),
    ...packageRoutes(feeds, access),
    ...provenanceRoutes(feeds, access),
    ...universalRoutes(feeds, publisher, access),
    ...universalContentRoutes(feeds, publisher, access),
    ...clientToolRoutes(access),
    ...pypiRoutes(feeds, publisher, access),
  ];
}

/** `address` is `name` or `project/name`. */
function createFeed(feeds: Feeds, address: string): void {
  const [name = "", project] = address.split("/").reverse();
  if (project !== undefined && project !== projectName) {
    throw new Error(
      couldNot(
        `create the feed ${address} of the config`,
        `the local organisation has only the project ${projectName}`,
        `write ${projectName}/${name}, or ${name} for a feed of the organisation`,
      ),
    );
  }
  feeds.create(name, project);
}
