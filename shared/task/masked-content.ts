import { isUtf8 } from "node:buffer";
import { type SecretMask, shortestInDocument } from "./secret-mask.ts";

/**
 * The content of a file that others wrote, without secrets: in text they are masked. Undefined if a file that is not text contains a secret,
 * because a mask would break its format. What is compressed or encrypted is not searched.
 */
export function maskedContent(content: Buffer, mask: SecretMask): Buffer | undefined {
  const masked = (text: string) => mask.mask(text, { shortest: shortestInDocument });
  // Bytes that are not UTF-8 become U+FFFD here, and ASCII between them stays.
  const text = content.toString("utf8");
  const isText = isUtf8(content) && !text.includes("\0");
  const safe = masked(text);
  if (safe !== text) return isText ? Buffer.from(safe) : undefined;
  if (isText) return content;
  // UTF-16 has zeros between the characters of most secrets.
  const withoutZeros = text.replaceAll("\0", "");
  return masked(withoutZeros) === withoutZeros ? content : undefined;
}
