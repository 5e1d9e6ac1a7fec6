import {
  constants,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
  verify,
} from "node:crypto";
import { promisify } from "node:util";

interface TokenClaims {
  iss?: string;
  aud?: string;
  sub?: string;
  exp?: number;
  nbf?: number;
  iat?: number;
  [claim: string]: unknown;
}

interface DecodedToken {
  header: { alg?: string; kid?: string; x5t?: string; "x5t#S256"?: string };
  claims: TokenClaims;
  signed: Buffer;
  signature: Buffer;
}

type KeyPair = Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;
let keyPair: KeyPair | undefined;

/**
 * The key pair of all issuers of this process, made when first needed: making one takes longer than all else that a workspace does to start.
 * A token of one issuer is no token of another all the same, because each verifies its own address in it.
 */
function processKeyPair(): KeyPair {
  keyPair ??= promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return keyPair;
}

/** Signs JSON Web Tokens by RS256, as Entra ID, Azure DevOps and Databricks do. */
export class TokenIssuer {
  readonly url: string;
  readonly #kid = randomBytes(16).toString("base64url");

  constructor(url: string) {
    this.url = url;
  }

  async issue(claims: TokenClaims): Promise<string> {
    const { privateKey } = await processKeyPair();
    const header = { typ: "JWT", alg: "RS256", kid: this.#kid, x5t: this.#kid };
    const signed = `${encode(header)}.${encode({ iss: this.url, jti: randomUUID(), ...claims })}`;
    return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  }

  /** The claims of a token that this issuer signed; undefined for any other. The caller checks its times. */
  async verify(token: string): Promise<TokenClaims | undefined> {
    const decoded = decodeToken(token);
    if (!decoded || decoded.claims.iss !== this.url) return undefined;
    const { publicKey } = await processKeyPair();
    return verify("sha256", decoded.signed, publicKey, decoded.signature) ? decoded.claims : undefined;
  }

  async jsonWebKeySet(): Promise<{ keys: object[] }> {
    const { publicKey } = await processKeyPair();
    const key = publicKey.export({ format: "jwk" });
    return { keys: [{ ...key, use: "sig", alg: "RS256", kid: this.#kid, x5t: this.#kid, issuer: this.url }] };
  }
}

/** The parts of a JSON Web Token, unverified; undefined if the text is not one. */
export function decodeToken(token: string): DecodedToken | undefined {
  const [header, claims, signature] = token.split(".");
  if (!header || !claims || !signature) return undefined;
  try {
    return {
      header: JSON.parse(Buffer.from(header, "base64url").toString("utf8")),
      claims: JSON.parse(Buffer.from(claims, "base64url").toString("utf8")),
      signed: Buffer.from(`${header}.${claims}`),
      signature: Buffer.from(signature, "base64url"),
    };
  } catch {
    return undefined;
  }
}

/** Whether the token was signed with the key of this certificate, by RS256 or, as MSAL for JavaScript does, by PS256. */
export function isSignedBy(token: DecodedToken, certificatePem: string): boolean {
  const padding =
    token.header.alg === "PS256" ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  return verify("sha256", token.signed, { key: createPublicKey(certificatePem), padding }, token.signature);
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
