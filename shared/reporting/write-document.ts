import { collectGarbage } from "../memory/collect-garbage.ts";
import type { MaskedFile, TaskHost } from "../task/host.ts";

const largeText = 512 * 1024;

/** Writes a document of the step, and frees the memory of a large one. */
export async function writeDocument(
  { documents }: Pick<TaskHost, "documents">,
  name: string,
  content: string | object,
): Promise<MaskedFile> {
  const file = await documents.write(name, content);
  if (typeof content === "object" || content.length > largeText) collectGarbage();
  return file;
}
