import { RequestError } from "../../http/errors.ts";

/** Whether a text is the id of something in Fabric: a GUID. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

/** An id that a server named, for a path. Anything else would change which address is asked. */
export function requireId(id: string | undefined, about: { attempted: string; on: string }): string {
  if (id !== undefined && isId(id)) return id.toLowerCase();
  throw new RequestError({ ...about, kind: "badAnswer", cameBack: "answered without a valid id" });
}
