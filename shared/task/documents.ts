import { mkdtemp, writeFile } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../text/could-not.ts";
import type { Documents, MaskedFile } from "./host.ts";
import { maskTexts, type SecretMask, shortestInDocument } from "./secret-mask.ts";

/** Documents below `parent`, in a folder that no other step and no other user of the machine can have made. */
export function documentsIn(parent: string, mask: SecretMask): Documents {
  let folder: Promise<string> | undefined;
  return {
    async write(name, content) {
      if (!/^\w[\w .-]{0,99}$/.test(name))
        throw new TypeError(
          couldNot(`write the document ${JSON.stringify(name)}`, "a task does not name one so"),
        );
      folder ??= mkdtemp(path.join(parent, "notebook-ops-"));
      const file = path.join(await folder, name);
      await writeFile(file, typeof content === "string" ? maskedText(content) : maskedJson(content));
      return file as MaskedFile;
    },
  };

  function maskedText(text: string): string {
    return mask.mask(text, { shortest: shortestInDocument });
  }

  function maskedJson(value: object): string {
    return `${JSON.stringify(
      maskTexts(value, (text) => mask.mask(text)),
      undefined,
      2,
    )}\n`;
  }
}
