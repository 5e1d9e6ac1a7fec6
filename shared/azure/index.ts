export { connectIdentity, type EntraToken, type Identity } from "./identity.ts";
export { KeyVault, type Secret, type SecretProperties } from "./key-vault.ts";
export { KeyVaultError, type KeyVaultErrorKind } from "./key-vault-error.ts";
export { SignInError } from "./sign-in-error.ts";
