/** A part of a multipart/form-data body. */
export interface FormPart {
  name: string;
  fileName?: string;
  content: Buffer;
}

const separator = Buffer.from("\r\n\r\n");

/** Reads multipart/form-data (RFC 7578); undefined if the body does not have this form. */
export function parseMultipart(body: Buffer, contentType: string | undefined): FormPart[] | undefined {
  const boundary = /^multipart\/form-data;.*\bboundary="?([^";]+)"?/i.exec(contentType ?? "")?.[1];
  if (boundary === undefined) return undefined;
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const afterDelimiter = start + delimiter.length;
    if (body.subarray(afterDelimiter, afterDelimiter + 2).toString() === "--") return parts;
    const next = body.indexOf(delimiter, afterDelimiter);
    const part = next < 0 ? undefined : parsePart(body.subarray(afterDelimiter + 2, next - 2));
    if (!part) return undefined;
    parts.push(part);
    start = next;
  }
  return undefined;
}

function parsePart(part: Buffer): FormPart | undefined {
  const end = part.indexOf(separator);
  if (end < 0) return undefined;
  const head = part.subarray(0, end).toString("utf8");
  const name = /\bname="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  const fileName = /\bfilename="([^"]*)"/i.exec(head)?.[1];
  const content = part.subarray(end + separator.length);
  return fileName === undefined ? { name, content } : { name, fileName, content };
}
