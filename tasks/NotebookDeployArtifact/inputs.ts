import { workspaceFolder } from "../../shared/databricks/folders/workspace-folders.ts";
import { isEnvironment } from "../../shared/deployment/record.ts";
import {
  checkPackageName,
  checkPackageVersion,
  type PackageVersion,
  parseFeed,
} from "../../shared/devops/package-identity.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";

export interface Inputs {
  artifact: { kind: "package"; source: PackageVersion } | { kind: "folder"; folder: string };
  environment: string;
  /** As the workspace itself calls it: absolute, without `/Workspace` in front and with no slash at its end. */
  target: string;
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    artifact: artifact(host),
    environment: environment(host.requiredInput("environment")),
    target: target(host.requiredInput("workspaceFolder")),
  };
}

/** The package's name and version have defaults that an earlier step fills in, so a folder goes before them. */
function artifact(host: TaskHost): Inputs["artifact"] {
  const folder = host.pathInput("artifactFolder");
  const feed = host.input("feed");
  if (folder !== undefined && feed !== undefined)
    throw new InputError("Inputs 'feed' and 'artifactFolder' exclude each other: give one of them.");
  if (folder !== undefined) return { kind: "folder", folder };
  if (feed === undefined)
    throw new InputError(
      "Inputs 'feed' and 'artifactFolder' are both empty: name the feed that has the package, or the folder that holds an artifact.",
    );
  const name = checkPackageName(host.requiredInput("packageName"));
  const version = checkPackageVersion(host.requiredInput("packageVersion"));
  return { kind: "package", source: { feed: parseFeed(feed), name, version } };
}

function environment(text: string): string {
  if (isEnvironment(text)) return text;
  throw new InputError(
    `Input 'environment' is '${text}': give it a name of at most 64 letters, digits, spaces, dots, dashes and underscores.`,
  );
}

function target(text: string): string {
  const folder = workspaceFolder("workspaceFolder", text).replace(/^\/Workspace(?=\/|$)/, "");
  if (folder !== "" && !/^\/(Shared|Users|Repos)$/.test(folder)) return folder;
  throw new InputError(
    `Input 'workspaceFolder' is '${text}', which many share: give it a folder of the notebooks' own, such as /Shared/production/weather.`,
  );
}
