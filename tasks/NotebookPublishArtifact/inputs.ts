import {
  checkPackageName,
  checkPackageVersion,
  type PackageVersion,
  parseFeed,
} from "../../shared/devops/index.ts";
import type { WidgetPin } from "../../shared/notebook/index.ts";
import { InputError, type TaskHost } from "../../shared/task/index.ts";

export interface Inputs {
  notebookFolder: string;
  target: PackageVersion;
  /** None where the input widget is empty: the notebooks are packed as they are. */
  pin?: WidgetPin;
  description?: string;
}

export function loadInputs(host: TaskHost): Inputs {
  const version = checkPackageVersion(host.requiredInput("packageVersion"));
  const feed = parseFeed(host.requiredInput("feed"));
  if (feed.name.includes("@"))
    throw new InputError(
      `Input 'feed' is '${feed.name}', which names a view: give it the feed alone, as a package is published to the feed and promoted to a view later.`,
    );
  const widget = host.input("widget");
  const value = host.input("widgetValue") ?? version;
  return {
    notebookFolder: host.pathInput("notebookFolder") ?? host.requiredInput("notebookFolder"),
    target: { feed, name: checkPackageName(host.requiredInput("packageName")), version },
    pin: widget === undefined ? undefined : { widget, value },
    description: host.input("description"),
  };
}
