import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/**
 * The workspace's certificate authority and its one server certificate, as PEM. Made by hand in DER (RFC 5280): the certificate
 * libraries of npm take longer to load than the whole workspace to start.
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
  const authorityName = `Notebook Ops local workspace ${randomBytes(4).toString("hex")}`;
  const authorityId = keyIdentifier(authorityKeys.publicKey);
  const authority = certificate({
    subject: authorityName,
    issuer: authorityName,
    publicKey: authorityKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      extension("2.5.29.19", sequence(boolean(true), integer(Buffer.from([0]))), { critical: true }), // CA, path length 0
      extension("2.5.29.15", bitString(Buffer.from([0b00000110]), 1), { critical: true }), // keyCertSign, cRLSign
      extension("2.5.29.14", octetString(authorityId)),
    ],
  });
  const server = certificate({
    subject: "localhost",
    issuer: authorityName,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      extension("2.5.29.19", sequence(), { critical: true }),
      extension("2.5.29.15", bitString(Buffer.from([0b10000000]), 7), { critical: true }), // digitalSignature
      extension("2.5.29.37", sequence(objectIdentifier("1.3.6.1.5.5.7.3.1"))), // server authentication
      extension("2.5.29.14", octetString(keyIdentifier(serverKeys.publicKey))),
      // Python 3.13 and later refuse a chain without the authority's key identifier.
      extension("2.5.29.35", sequence(der(0x80, authorityId))),
      extension(
        "2.5.29.17",
        sequence(dnsName("localhost"), dnsName("*.localhost"), der(0x87, Buffer.from([127, 0, 0, 1]))),
      ),
    ],
  });
  return {
    authority: pem(authority),
    certificate: pem(server),
    privateKey: serverKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    issueFor: (subject, publicKey) =>
      pem(
        certificate({
          subject,
          issuer: authorityName,
          publicKey,
          signingKey: authorityKeys.privateKey,
          extensions: [extension("2.5.29.37", sequence(objectIdentifier("1.3.6.1.5.5.7.3.2")))], // client authentication
        }),
      ),
  };
}

interface CertificateFields {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signingKey: KeyObject;
  extensions: Buffer[];
}

function certificate(fields: CertificateFields): Buffer {
  const ecdsaWithSha256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));
  const dayMs = 24 * 3600 * 1000;
  const unsigned = sequence(
    der(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    ecdsaWithSha256,
    name(fields.issuer),
    sequence(time(Date.now() - dayMs), time(Date.now() + 30 * dayMs)),
    name(fields.subject),
    fields.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...fields.extensions)),
  );
  return sequence(unsigned, ecdsaWithSha256, bitString(sign("sha256", unsigned, fields.signingKey)));
}

function keyIdentifier(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" }).subarray(-20);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const digits = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, content]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const integer = (value: Buffer) => der(0x02, value);
const boolean = (value: boolean) => der(0x01, Buffer.from([value ? 0xff : 0]));
const octetString = (value: Buffer) => der(0x04, value);
const bitString = (value: Buffer, unusedBits = 0) => der(0x03, Buffer.from([unusedBits]), value);
const dnsName = (value: string) => der(0x82, Buffer.from(value, "ascii"));
const name = (commonName: string) =>
  sequence(der(0x31, sequence(objectIdentifier("2.5.4.3"), der(0x0c, Buffer.from(commonName, "utf8")))));

function time(epochMs: number): Buffer {
  const text = new Date(epochMs).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${text}Z`, "ascii"));
}

function extension(id: string, value: Buffer, options: { critical?: boolean } = {}): Buffer {
  return sequence(objectIdentifier(id), ...(options.critical ? [boolean(true)] : []), octetString(value));
}

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}
