import { Refusal } from "../../http/reply.ts";

/**
 * An error of the SCIM operations, which have RFC 7644's form and not that of the other operations. Two messages are known, `Group with name x
 * already exists.` from https://github.com/databrickslabs/migrate/issues/7 and `Group with id x not found.` from
 * https://github.com/databrickslabs/ucx/issues/565; the wording of the others is unconfirmed.
 */
export function scimError(status: number, detail: string, scimType?: string): Refusal {
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
  return new Refusal({
    status,
    body: { schemas, ...(scimType ? { scimType } : {}), detail, status: String(status) },
  });
}
