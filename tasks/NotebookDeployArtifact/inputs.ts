import { apiPath, workspaceFolder } from "../../shared/databricks/folders/workspace-folders.ts";
import { environmentName } from "../../shared/deployment/environment.ts";
import {
  checkPackageName,
  checkVersionOrPattern,
  type Feed,
  type PackageVersion,
  parseFeed,
  parseView,
} from "../../shared/devops/package-identity.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";

export interface Inputs {
  /** The version of a package may be a pattern. */
  artifact: { kind: "package"; source: PackageVersion } | { kind: "folder"; folder: string };
  environment: string;
  target:
    | {
        kind: "databricks";
        /** Absolute path of the folder to deploy to, without `/Workspace` at its beginning and without a slash at its end. */
        folder: string;
      }
    | {
        kind: "fabric";
        /** Name or id. */
        workspace: string;
      };
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    artifact: artifact(host),
    environment: environmentName("environment", host.requiredInput("environment")),
    target: target(host),
  };
}

/** A folder takes precedence over the package's name and version, because these have defaults that an earlier step may have set. */
function artifact(host: TaskHost): Inputs["artifact"] {
  const folder = host.folderInput("artifactFolder");
  const feed = host.input("feed");
  const view = host.input("view");
  if (folder !== undefined && feed !== undefined)
    throw new InputError(
      couldNot("choose the artifact", "'feed' and 'artifactFolder' are both given", "remove one of them"),
    );
  if (folder !== undefined && view !== undefined)
    throw new InputError(
      couldNot(
        "use the input 'view'",
        "'artifactFolder' is given, and only the packages of a feed are in views",
        "remove one of them",
      ),
    );
  if (folder !== undefined) return { kind: "folder", folder };
  if (feed === undefined)
    throw new InputError(
      couldNot(
        "choose the artifact",
        "'feed' and 'artifactFolder' are both empty",
        "give the feed of the package, or the folder of an artifact",
      ),
    );
  const name = checkPackageName(host.requiredInput("packageName"));
  const version = checkVersionOrPattern(host.requiredInput("packageVersion"));
  return { kind: "package", source: { feed: inView(parseFeed(feed), view), name, version } };
}

/** The feed as `feed@view`. */
function inView(feed: Feed, text: string | undefined): Feed {
  if (text === undefined) return feed;
  const view = parseView("view", text);
  const [name = "", viewOfFeed] = feed.name.split("@");
  if (viewOfFeed === undefined || viewOfFeed.toLowerCase() === view.toLowerCase())
    return { ...feed, name: `${name}@${view}` };
  throw new InputError(
    couldNot(
      "use the input 'view'",
      `it is ${view}, and the input 'feed' names the view ${viewOfFeed}`,
      "remove one of the two views",
    ),
  );
}

function target(host: TaskHost): Inputs["target"] {
  for (const name of ["workspaceFolder", "fabricWorkspace"])
    if (host.unsetVariable(name) !== undefined) host.requiredInput(name); // fails, and says who sets the variable
  const folder = host.input("workspaceFolder");
  const workspace = host.input("fabricWorkspace");
  if (folder !== undefined && workspace !== undefined)
    throw new InputError(
      couldNot(
        "choose where to deploy",
        "'workspaceFolder' and 'fabricWorkspace' are both given",
        "remove one of them",
      ),
    );
  if (workspace !== undefined) return { kind: "fabric", workspace };
  if (folder !== undefined) return { kind: "databricks", folder: targetFolder(folder) };
  throw new InputError(
    couldNot(
      "choose where to deploy",
      "'workspaceFolder' and 'fabricWorkspace' are both empty",
      "give the folder of a Databricks workspace, or the name of a Fabric workspace",
    ),
  );
}

function targetFolder(text: string): string {
  const folder = apiPath(workspaceFolder("workspaceFolder", text));
  if (folder !== "" && !/^\/(Shared|Users|Repos)$/.test(folder)) return folder;
  throw new InputError(
    couldNot(
      "use the input 'workspaceFolder'",
      `'${text}' is a folder that many share`,
      "give a folder for these notebooks alone, such as /Shared/production/weather",
    ),
  );
}
