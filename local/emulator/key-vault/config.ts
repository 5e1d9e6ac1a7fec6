/** The part of `notebook-ops.local.yml` from which the key vault is filled. */
export interface KeyVaultConfig {
  keyVault?: VaultConfig;
}

export interface VaultConfig {
  secrets?: Record<string, string | VaultSecretConfig>;
  requestsPerSecond?: number;
}

export interface VaultSecretConfig {
  value: string;
  enabled?: boolean;
  /** ISO 8601, or seconds since 1970. */
  expires?: string | number;
  notBefore?: string | number;
  contentType?: string;
  tags?: Record<string, string>;
}
