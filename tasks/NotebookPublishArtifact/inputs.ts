import {
  checkPackageName,
  checkPackageVersion,
  type PackageVersion,
  parseFeedWithoutView,
} from "../../shared/devops/package-identity.ts";
import type { WidgetPin } from "../../shared/notebook/pin.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { shortestInDocument } from "../../shared/task/secret-mask.ts";
import { couldNot } from "../../shared/text/could-not.ts";

export interface Inputs {
  notebookFolder: string;
  target: PackageVersion;
  /** Undefined if the input widget is empty: the notebooks are packed as they are. */
  pin?: WidgetPin;
  description?: string;
}

export function loadInputs(host: TaskHost): Inputs {
  const version = checkPackageVersion(host.requiredInput("packageVersion"));
  const feed = parseFeedWithoutView(
    host.requiredInput("feed"),
    "a package is published to the feed itself and promoted to a view later",
  );
  const widget = host.input("widget");
  const value = withoutSecret(host, host.input("widgetValue") ?? version);
  return {
    notebookFolder: host.folderInput("notebookFolder") ?? host.requiredInput("notebookFolder"),
    target: { feed, name: checkPackageName(host.requiredInput("packageName")), version },
    pin: widget === undefined ? undefined : { widget, value },
    description: masked(host, host.input("description")),
  };
}

/** A widget's default is part of the package, which everyone who can read the feed can read. */
function withoutSecret(host: TaskHost, value: string): string {
  if (masked(host, value) === value) return value;
  throw new InputError(
    couldNot(
      "use the input 'widgetValue'",
      "it contains the value of a secret variable, and everyone who can read the feed could read it",
      "store the secret in a Databricks secret scope, and let the notebook read it with dbutils.secrets.get",
    ),
  );
}

function masked<T extends string | undefined>(host: TaskHost, text: T): T {
  return (text && host.secrets.mask(text, { shortest: shortestInDocument })) as T;
}
