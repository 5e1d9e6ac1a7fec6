import { sourceHeader } from "../notebook-format.ts";
import { environmentOf } from "../source-form.ts";
import { databricksNotebook, type Ipynb } from "./convert-notebook.ts";

/**
 * A remark on the packages that a notebook of Databricks brings along, which serverless compute installs and a notebook of Fabric cannot have.
 * https://docs.databricks.com/compute/serverless/dependencies
 */
export function sourceEnvironmentRemark(file: string, content: string): string[] {
  const header = sourceHeader(file, content);
  if (!header) return [];
  const environment = environmentOf(content, header.end, header.comment);
  return /^(?:#|--|\/\/) dependencies\s*=\s*\[(?!\s*\])/m.test(environment) ? [remark(file)] : [];
}

export function ipynbEnvironmentRemark(file: string, { metadata }: Ipynb): string[] {
  const dependencies = metadata?.[databricksNotebook]?.environmentMetadata?.dependencies;
  return Array.isArray(dependencies) && dependencies.length > 0 ? [remark(file)] : [];
}

const remark = (file: string) =>
  `${file} brings packages along in its environment, which a notebook of Fabric cannot; put them into an environment of the workspace, or install them by %pip.`;
