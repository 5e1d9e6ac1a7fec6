/** XML as Azure Storage writes it: elements with text or elements in them. */
export class Xml {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export function element(
  name: string,
  content: string | number | boolean | readonly (Xml | undefined)[],
  attributes: Record<string, string> = {},
): Xml {
  const inner = Array.isArray(content)
    ? content.map((child: Xml | undefined) => child?.text ?? "").join("")
    : escapeXml(String(content));
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  return new Xml(inner ? `<${name}${written.join("")}>${inner}</${name}>` : `<${name}${written.join("")} />`);
}

export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="utf-8"?>${root.text}`;
}

/** The elements of a flat list such as `<BlockList><Latest>…</Latest></BlockList>`, in order; undefined if it is not one. */
export function readXmlList(text: string, root: string): { name: string; text: string }[] | undefined {
  const body = text.replace(/^\uFEFF?\s*<\?xml[^>]*\?>/, "").trim();
  const inner = new RegExp(`^<${root}(?:\\s[^>]*)?(?:/>|>([\\s\\S]*)</${root}>)$`).exec(body);
  if (!inner) return undefined;
  const found = [...(inner[1] ?? "").matchAll(/<(\w+)>([^<]*)<\/\1>\s*/g)];
  const length = found.reduce((sum, [all]) => sum + all.length, 0);
  if (length !== (inner[1] ?? "").trimStart().length) return undefined;
  return found.map(([, name = "", value = ""]) => ({ name, text: unescapeXml(value.trim()) }));
}

/** A character that XML 1.0 cannot contain is percent-encoded in `<Name Encoded="true">`. */
export function nameElement(name: string): Xml {
  const isPlain = !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(name);
  return isPlain ? element("Name", name) : element("Name", encodeURIComponent(name), { Encoded: "true" });
}

/** By name where XML has one: not every client of Azure Storage reads numbers. */
function escapeXml(text: string): string {
  const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"\r]/g, (character) => named[character] ?? `&#${character.charCodeAt(0)};`);
}

function unescapeXml(text: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (all, decimal, hex, name) => {
    if (name) return named[name] ?? all;
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
  });
}
