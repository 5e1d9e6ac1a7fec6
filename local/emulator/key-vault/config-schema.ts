import type { WorkspaceConfig } from "../config.ts";
import {
  boolean,
  type Fields,
  map,
  number,
  object,
  required,
  text,
  textOrObject,
  time,
} from "../config-schema/schema.ts";

export const keyVaultFields: Fields<Pick<WorkspaceConfig, "keyVault">> = {
  keyVault: object({
    secrets: map(
      textOrObject({
        value: required(text),
        enabled: boolean,
        expires: time,
        notBefore: time,
        contentType: text,
        tags: map(text),
      }),
    ),
    requestsPerSecond: number({ min: 0 }),
  }),
};
