import assert from "node:assert/strict";
import tls from "node:tls";
import { directNetwork, tlsOptions } from "../../../shared/http/network.ts";

describe("TLS connections", () => {
  it("a TLS connection trusts the agent's authority besides all that Node trusts", () => {
    const { ca } = tlsOptions({ ...directNetwork, certificateAuthorities: () => ["the agent's own"] });
    assert.ok(tls.rootCertificates.length > 0);
    assert.deepEqual(ca, [...tls.rootCertificates, "the agent's own"]);
  });

  it("a TLS connection leaves to Node whom to trust if the agent has no authority of its own", () => {
    assert.deepEqual(tlsOptions(directNetwork), {});
  });
});
