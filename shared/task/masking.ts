const minimumPartLength = 6; // shorter parts would blank out ordinary text

/**
 * The forms in which a secret can appear in a log. The agent itself masks the JSON-string, URI and backslash
 * encodings of each; it does not know base64, which `Authorization: Basic` and Kubernetes-like configs use.
 */
export function maskedForms(value: string): string[] {
  if (value.trim() === "") return [];
  const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
  const parts = lines.length > 1 ? lines.filter((line) => line.length >= minimumPartLength) : [value.trim()];
  const encodable = [value, ...parts].filter((part) => part.length >= minimumPartLength);
  return [...new Set([value, ...parts, ...encodable.flatMap(base64AtThreeOffsets)])];
}

/**
 * The base64 of the value after 0, 1 or 2 other bytes, without the characters that its neighbours change; both in
 * the standard alphabet and in the one for URLs (RFC 4648, sections 4 and 5).
 */
function base64AtThreeOffsets(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64url");
    const first = offset === 0 ? 0 : offset + 1;
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    const forUrls = encoded.slice(first, last);
    return [...new Set([forUrls.replaceAll("-", "+").replaceAll("_", "/"), forUrls])];
  });
}
