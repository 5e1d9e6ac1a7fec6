import assert from "node:assert/strict";
import { FetchError } from "node-fetch";
import { networkError } from "../../../shared/http/network-error.ts";

const request = { attempted: "create cluster weather", url: new URL("https://example.org/path?secret") };

/** What node-fetch throws for an error of Node. */
function thrown(code: string, syscall?: string): FetchError {
  const cause = { code, syscall, errno: -1 };
  return new FetchError("request failed", "system", cause);
}

describe("errors of the network", () => {
  for (const [code, syscall] of [
    ["ECONNREFUSED", "connect"],
    ["ENOTFOUND", "getaddrinfo"],
    ["EAI_AGAIN", "getaddrinfo"],
    ["EHOSTUNREACH", "connect"],
    ["ENETUNREACH", "connect"],
    ["ETIMEDOUT", "connect"],
    ["ECONNREFUSED", undefined], // Node tried several addresses (AggregateError)
  ] as const)
    it(`an error of the network means that nothing took effect if no connection came about (${syscall ?? "several"} ${code})`, () => {
      const error = networkError(request, thrown(code, syscall));
      assert.deepEqual([error.kind, error.errorCode, error.ambiguous], ["unreachable", code, false]);
      assert.match(
        error.message,
        new RegExp(`^Could not create cluster weather: example.org cannot be reached \\(${code}\\);`),
      );
    });

  for (const [code, syscall] of [
    ["ETIMEDOUT", "read"],
    ["ETIMEDOUT", "write"],
    ["EHOSTUNREACH", "read"],
    ["ENETUNREACH", "write"],
    ["ECONNRESET", "read"],
    ["EPIPE", "write"],
    ["ERR_STREAM_PREMATURE_CLOSE", undefined],
  ] as const)
    it(`an error of the network leaves open what took effect if the connection broke (${syscall ?? "body"} ${code})`, () => {
      const error = networkError(request, thrown(code, syscall));
      assert.deepEqual([error.kind, error.errorCode, error.ambiguous], ["interrupted", code, true]);
    });

  for (const code of [
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ERR_SSL_UNSUPPORTED_PROTOCOL",
    "EPROTO",
  ])
    it(`an error of the network names the certificate if the TLS handshake failed (${code})`, () => {
      const error = networkError(request, thrown(code));
      assert.deepEqual([error.kind, error.errorCode], ["certificate", code]);
    });

  it("an error of the network is judged by the cause that has a code", () => {
    const cause = new Error("outer", {
      cause: new Error("middle", { cause: thrown("ENOTFOUND", "getaddrinfo") }),
    });
    assert.equal(networkError(request, cause).kind, "unreachable");
  });

  for (const value of [undefined, null, "text", new Error("no code")])
    it(`an error of the network leaves open what took effect if it gives no reason (${value})`, () => {
      const error = networkError(request, value);
      assert.equal(error.kind, "interrupted");
      assert.match(error.message, /: example\.org broke the connection \(no reason given\);/);
    });
});
