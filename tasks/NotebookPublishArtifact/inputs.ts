import {
  checkPackageName,
  checkPackageVersion,
  type PackageVersion,
  parseFeed,
} from "../../shared/devops/package-identity.ts";
import type { WidgetPin } from "../../shared/notebook/pin.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { shortestInDocument } from "../../shared/task/secret-mask.ts";

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
  const value = withoutSecret(host, host.input("widgetValue") ?? version);
  return {
    notebookFolder: host.pathInput("notebookFolder") ?? host.requiredInput("notebookFolder"),
    target: { feed, name: checkPackageName(host.requiredInput("packageName")), version },
    pin: widget === undefined ? undefined : { widget, value },
    description: masked(host, host.input("description")),
  };
}

/** A widget's default is part of the package, for everyone to read who may read the feed. */
function withoutSecret(host: TaskHost, value: string): string {
  if (masked(host, value) === value) return value;
  throw new InputError(
    "Input 'widgetValue' contains the value of a secret variable, which everyone could read who may read the feed: store it in a Databricks secret scope, and let the notebook read it there by dbutils.secrets.get.",
  );
}

function masked<T extends string | undefined>(host: TaskHost, text: T): T {
  return (text && host.secrets.mask(text, { shortest: shortestInDocument })) as T;
}
