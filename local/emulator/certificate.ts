import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";

/**
 * The workspace's certificate authority and its one server certificate, as PEM (RFC 5280). The
 * library was chosen because a workspace starts in 0.5 s: it loads in 0.14 s of processor time, and @peculiar/x509, which is built on it,
 * in 0.29 s (Node 20, median of 10).
 */
export interface Certificates {
  authority: string;
  certificate: string;
  privateKey: string;
  /** A certificate for a client's key, e.g. of an app registration. */
  issueFor(subject: string, publicKey: KeyObject): string;
}

/** A CA and a certificate for `localhost`, `*.localhost` and 127.0.0.1, both P-256, valid from yesterday for 30 days. */
export function makeCertificates(): Certificates {
  const authorityKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const serverKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = `Notebook Ops local workspace ${randomBytes(4).toString("hex")}`;
  const issue = (subject: string, publicKey: KeyObject, extensions: Extension[]) =>
    signed({ subject, issuer, publicKey, signingKey: authorityKeys.privateKey, extensions });
  const authorityId = keyIdentifier(authorityKeys.publicKey);
  return {
    authority: issue(issuer, authorityKeys.publicKey, [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), "critical"),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), "critical"),
      extension(id_ce_subjectKeyIdentifier, authorityId),
    ]),
    certificate: issue("localhost", serverKeys.publicKey, [
      extension(id_ce_basicConstraints, new BasicConstraints(), "critical"),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), "critical"),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectKeyIdentifier, keyIdentifier(serverKeys.publicKey)),
      // Python 3.13 and later refuse a chain without the authority's key identifier.
      extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: authorityId })),
      extension(
        id_ce_subjectAltName,
        new SubjectAlternativeName([
          new GeneralName({ dNSName: "localhost" }),
          new GeneralName({ dNSName: "*.localhost" }),
          new GeneralName({ iPAddress: "127.0.0.1" }),
        ]),
      ),
    ]),
    privateKey: serverKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    issueFor: (subject, publicKey) =>
      issue(subject, publicKey, [extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_clientAuth]))]),
  };
}

const dayMs = 24 * 3600 * 1000;
const ecdsaWithSha256 = new AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" });
const commonName = "2.5.4.3";

function signed(fields: {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signingKey: KeyObject;
  extensions: Extension[];
}): string {
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    // The first byte makes it positive and keeps it from starting with zero.
    serialNumber: arrayBuffer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    signature: ecdsaWithSha256,
    issuer: nameOf(fields.issuer),
    validity: new Validity({
      notBefore: new Date(Date.now() - dayMs),
      notAfter: new Date(Date.now() + 30 * dayMs),
    }),
    subject: nameOf(fields.subject),
    subjectPublicKeyInfo: keyInfo(fields.publicKey),
    extensions: new Extensions(fields.extensions),
  });
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), fields.signingKey);
  return pem(
    AsnConvert.serialize(
      new Certificate({
        tbsCertificate,
        signatureAlgorithm: ecdsaWithSha256,
        signatureValue: arrayBuffer(signature),
      }),
    ),
  );
}

function nameOf(text: string): Name {
  const value = new AttributeValue({ utf8String: text });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonName, value })])]);
}

function keyInfo(key: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(key.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo);
}

/** Method 1 of RFC 5280, 4.2.1.2. */
function keyIdentifier(key: KeyObject): SubjectKeyIdentifier {
  const bits = Buffer.from(keyInfo(key).subjectPublicKey);
  return new SubjectKeyIdentifier(arrayBuffer(createHash("sha1").update(bits).digest()));
}

function extension(extnID: string, value: object, critical?: "critical"): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new Extension({ extnID, extnValue, critical: critical !== undefined });
}

/** A Buffer can be a part of a larger ArrayBuffer, all of which the library would use. */
function arrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function pem(bytes: ArrayBuffer): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
