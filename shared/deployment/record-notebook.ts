import { readDeployedManifest } from "../notebook/artifact/deployed-manifest.ts";
import { type ArtifactManifest, formatManifest } from "../notebook/artifact/manifest.ts";
import { writeIpynb } from "../notebook/fabric/convert-notebook.ts";
import { type FabricDefinition, sourceText } from "../notebook/fabric/definition.ts";
import { type PublishedFile, packFiles, unpackFiles } from "./published-files.ts";
import { type DeploymentRecord, formatRecord, parseRecord } from "./record.ts";

/**
 * The record of a deployment in Fabric, where a workspace contains items and no files. It is a notebook whose cells are markdown: one for
 * people, and one each for the record, the manifest of the artifact and the published files.
 */
export interface RecordNotebook {
  record: DeploymentRecord;
  /** What is needed to verify the deployed notebooks against the digest of the artifact: absent while the state is "deploying". */
  published?: {
    manifest: ArtifactManifest;
    /** The files from which the notebooks are made, and the list of scenarios. */
    files: readonly PublishedFile[];
  };
}

/** Of the code blocks with the three parts. */
const blocks = {
  record: "notebook-ops-record",
  manifest: "notebook-ops-manifest",
  files: "notebook-ops-files",
};

export function formatRecordNotebook({ record, published }: RecordNotebook): FabricDefinition {
  const texts = [
    introduction(record),
    block(blocks.record, formatRecord(record)),
    ...(published
      ? [
          block(blocks.manifest, formatManifest(published.manifest)),
          block(blocks.files, packFiles(published.files)),
        ]
      : []),
  ];
  const content = writeIpynb(
    texts.map((text) => ({ kind: "markdown", language: "python", text, parameters: false })),
  );
  return { format: "ipynb", parts: [{ path: "notebook-content.ipynb", content }] };
}

function introduction({ state, environment, artifact, deployedOn }: DeploymentRecord): string {
  const { name, version, digest } = artifact;
  return [
    `# ${name} ${version}`,
    state === "deployed"
      ? `The task NotebookDeployArtifact deployed it here for the environment ${environment} on ${deployedOn}.`
      : `The task NotebookDeployArtifact has been deploying it here for the environment ${environment} since ${deployedOn}.`,
    `Digest: ${digest}`,
    "The next deployment and the tests need this notebook: do not change, rename or delete it.",
  ].join("\n\n");
}

function block(name: string, text: string): string {
  return `\`\`\`${name}\n${text.trimEnd()}\n\`\`\``;
}

/** Undefined if the notebook has no record that a deployment could have written. Anyone may have changed the notebook. */
export function parseRecordNotebook({ parts }: FabricDefinition): RecordNotebook | undefined {
  const text = textOf(parts[0]?.content ?? "");
  const record = parseRecord(blockOf(text, blocks.record) ?? "");
  if (record === undefined) return undefined;
  const manifest = readDeployedManifest(blockOf(text, blocks.manifest));
  const files = unpackFiles(blockOf(text, blocks.files) ?? "");
  return { record, ...(manifest && files ? { published: { manifest, files } } : {}) };
}

function textOf(ipynb: string): string {
  try {
    const { cells } = JSON.parse(ipynb) as { cells: { source?: unknown }[] };
    return cells.map(({ source }) => sourceText(source).replace(/\r\n?/g, "\n")).join("\n");
  } catch {
    return "";
  }
}

/** The lines between those that open and close a block. */
function blockOf(text: string, name: string): string | undefined {
  return new RegExp(`^\`\`\`${name}[ \\t]*\\n([\\s\\S]*?)\\n\`\`\`[ \\t]*$`, "m").exec(text)?.[1];
}
