import { InputError, type TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { connectAzureDevOps } from "./connection.ts";
import { type Feed, packageText, parseFeedWithoutView, parseView } from "./package-identity.ts";
import { promotePackage } from "./promote-package.ts";

/** The view to which a version is promoted that passed, and the feed of its package. */
export interface Promotion {
  feed: Feed;
  view: string;
}

/** The inputs `promoteToView` and `feed` of a task that tests or checks a version; undefined if nothing is to be promoted. */
export function promotionInputs(host: TaskHost): Promotion | undefined {
  const view = host.input("promoteToView");
  if (view === undefined) return undefined;
  const feed = host.input("feed");
  if (feed === undefined)
    throw new InputError(
      couldNot(
        "use the input 'promoteToView'",
        "the input 'feed' is empty",
        "give the feed of the package, or remove promoteToView",
      ),
    );
  const promotion = {
    feed: parseFeedWithoutView(feed, "a version is promoted from the feed itself"),
    view: parseView("promoteToView", view),
  };
  if (promotion.view.toLowerCase() !== "local") return promotion;
  throw new InputError(
    couldNot(
      "use the input 'promoteToView'",
      "the view Local contains every version of the feed",
      "give another view, such as Release",
    ),
  );
}

/** Promotes a version that has passed, with the token of the job, and logs it. A version that is in the view already stays there. */
export async function promoteAfterPass(
  host: TaskHost,
  { feed, view, packageName, packageVersion }: Promotion & { packageName: string; packageVersion: string },
): Promise<void> {
  const target = { feed, name: packageName, version: packageVersion };
  await promotePackage(connectAzureDevOps(host), { ...target, view });
  host.log.line(`Promoted ${packageText(target)} to the view ${view}.`);
}
