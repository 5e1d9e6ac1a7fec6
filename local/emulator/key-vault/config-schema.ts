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
import type { KeyVaultConfig } from "./config.ts";

export const keyVaultFields: Fields<KeyVaultConfig> = {
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
