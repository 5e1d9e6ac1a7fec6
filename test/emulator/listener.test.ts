import assert from "node:assert/strict";
import { once } from "node:events";
import https from "node:https";
import net from "node:net";
import { makeCertificates } from "../../local/emulator/certificate.ts";
import { Listener } from "../../local/emulator/http/listener.ts";

describe("listeners of the local workspace", () => {
  it("a listener of the local workspace closes at once although a client is in the middle of its TLS handshake", async () => {
    const certificates = makeCertificates();
    const listener = await Listener.open(0, certificates);
    listener.serve((_request, response) => void response.end("fine"));
    const early = net.connect(Number(new URL(listener.url).port), "127.0.0.1");
    early.on("error", () => {});
    await once(early, "connect");
    // Connections are accepted in their order: with an answer on a later one, the early one is accepted too.
    const later = https.get(listener.url, { ca: certificates.authority, agent: false });
    const [answer] = await once(later, "response");
    answer.resume();
    const gone = once(early, "close");
    await listener.close();
    await gone;
  });

  it("a listener of the local workspace closes at once although a client waits for an answer", async () => {
    const certificates = makeCertificates();
    const listener = await Listener.open(0, certificates);
    const asked = new Promise<void>((resolve) => listener.serve(() => resolve()));
    const request = https.get(listener.url, { ca: certificates.authority, agent: false });
    const failed = once(request, "error");
    await asked;
    await listener.close();
    const [error] = await failed;
    assert.equal(error.code, "ECONNRESET");
  });
});
