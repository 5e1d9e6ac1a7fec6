import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../text/could-not.ts";
import type { Documents, MaskedFile } from "./host.ts";
import { maskedContent } from "./masked-content.ts";
import { maskTexts, type SecretMask, shortestInDocument } from "./secret-mask.ts";

/** Documents below `parent`, in a folder that no other step and no other user of the machine can have made. */
export function documentsIn(parent: string, mask: SecretMask): Documents {
  let folder: Promise<string> | undefined;
  const pathOf = async (name: string) => {
    if (!/^\w[\w .-]{0,99}$/.test(name))
      throw new TypeError(
        couldNot(`write the document ${JSON.stringify(name)}`, "a task does not name one so"),
      );
    folder ??= mkdtemp(path.join(parent, "notebook-ops-"));
    return path.join(await folder, name);
  };
  return {
    async write(name, content) {
      const file = await pathOf(name);
      await writeFile(file, typeof content === "string" ? maskedText(content) : maskedJson(content));
      return file as MaskedFile;
    },
    async folder(name) {
      const root = await pathOf(name);
      await mkdir(root, { recursive: true });
      return {
        path: root as MaskedFile,
        async write(file, content) {
          const target = path.resolve(root, file);
          if (!target.startsWith(root + path.sep))
            throw new TypeError(
              couldNot(`write the document ${JSON.stringify(file)}`, "it is not below its folder"),
            );
          const masked = maskedContent(content, mask);
          if (masked === undefined) return false;
          await mkdir(path.dirname(target), { recursive: true });
          await writeFile(target, masked);
          return true;
        },
      };
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
