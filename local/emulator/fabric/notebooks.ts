import { isJsonObject } from "../http/request.ts";
import { corruptedPayload, type Definition, type Part, platformPath } from "./definitions.ts";
import { invalidInput } from "./errors.ts";
import {
  emptyNotebook,
  type NotebookContent,
  readIpynb,
  readSource,
  writeIpynb,
  writeSource,
} from "./notebook-content.ts";

const formats = ["ipynb", "fabricGitSource"] as const;
type NotebookFormat = (typeof formats)[number];

/** The one part of a notebook's definition besides `.platform`. */
export interface NotebookFile extends Part {
  readonly content: NotebookContent;
}

export const newNotebook = (): NotebookFile => sourceFile(emptyNotebook);

/**
 * The notebook of a definition. Without a format it is Fabric's source form.
 * Source: https://learn.microsoft.com/rest/api/fabric/articles/item-management/definitions/notebook-definition
 */
export function readNotebook(definition: Definition): NotebookFile {
  const format = formatOf(definition.format) ?? "fabricGitSource";
  const parts = definition.parts.filter(({ path }) => path !== platformPath);
  const [part, ...others] = parts.filter(({ path }) => !path.includes("/"));
  if (!part || others.length > 0)
    throw corruptedPayload("The definition of a notebook needs one part with its content");
  const isIpynb = part.path.endsWith(".ipynb");
  if (isIpynb !== (format === "ipynb"))
    throw corruptedPayload(`The part ${part.path} does not fit the format ${format}`);
  const text = part.payload.toString("utf8");
  const content = isIpynb ? readIpynb(text) : readSource(text);
  if (!content) throw corruptedPayload(`The part ${part.path} is not a notebook of the format ${format}`);
  return { ...part, content };
}

/** The notebook in the form that a request asks for, by default Fabric's source form. */
export function notebookParts(
  { path, payload, content }: NotebookFile,
  requested: string | undefined,
): Part[] {
  const format = formatOf(requested) ?? "fabricGitSource";
  if (path.endsWith(".ipynb") === (format === "ipynb")) return [{ path, payload }];
  if (format === "fabricGitSource") return [sourceFile(content)];
  return [{ path: "notebook-content.ipynb", payload: Buffer.from(writeIpynb(content)) }];
}

function sourceFile(content: NotebookContent): NotebookFile {
  return { path: "notebook-content.py", payload: Buffer.from(writeSource(content)), content };
}

function formatOf(format: string | undefined): NotebookFormat | undefined {
  if (format === undefined) return undefined;
  const known = formats.find((name) => name.toLowerCase() === format.toLowerCase());
  if (known) return known;
  throw invalidInput(`The format ${format} is not a format of notebooks`);
}

/** The ids of the notebook's own default lakehouse and environment. */
export function dependenciesOf({ content }: NotebookFile): {
  lakehouse?: Dependency;
  environment?: Dependency;
} {
  const { dependencies } = content.metadata;
  if (!isJsonObject(dependencies)) return {};
  const { lakehouse, environment } = dependencies;
  return {
    ...(isJsonObject(lakehouse) && typeof lakehouse.default_lakehouse === "string"
      ? { lakehouse: reference(lakehouse.default_lakehouse, lakehouse.default_lakehouse_workspace_id) }
      : {}),
    ...(isJsonObject(environment) && typeof environment.environmentId === "string"
      ? { environment: reference(environment.environmentId, environment.workspaceId) }
      : {}),
  };
}

interface Dependency {
  id: string;
  workspaceId?: string;
}

/** A workspace id of zeros stands for the notebook's own, as in a repository. */
function reference(id: string, workspaceId: unknown): Dependency {
  return typeof workspaceId === "string" && !/^[0-]*$/.test(workspaceId) ? { id, workspaceId } : { id };
}
