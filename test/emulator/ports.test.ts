import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { startEmulator } from "../../local/emulator/index.ts";
import { ask } from "./ask.ts";
import { freePorts } from "./free-ports.ts";

const config = { spark: { master: "none" } };

describe("the ports of a local workspace", () => {
  it("the ports of a local workspace are the given one for the control URL and a fixed offset from it for each service", async () => {
    const port = await freePorts(5);
    const emulator = await startEmulator({ config, port });
    try {
      const { controlUrl, databricksUrl, keyVaultUrl, authorityUrl, devopsUrl } = emulator.ready;
      assert.deepEqual(
        [controlUrl, databricksUrl, keyVaultUrl, authorityUrl, devopsUrl].map(
          (url) => Number(new URL(url).port) - port,
        ),
        [0, 1, 2, 3, 4],
      );
      const token = emulator.ready.databricksToken;
      const answer = await ask(emulator, "GET", `${databricksUrl}/api/2.0/token/list`, { token });
      assert.equal(answer.status, 200);
    } finally {
      await emulator.stop();
    }
  });

  it("the ports of a local workspace are those of the config for the services that it names", async () => {
    const [first, other] = [await freePorts(7), await freePorts(1)];
    const emulator = await startEmulator({
      config: { ...config, ports: { databricks: other } },
      port: first,
    });
    try {
      const { databricksUrl, keyVaultUrl, databricksToken: token } = emulator.ready;
      assert.equal(databricksUrl, `https://localhost:${other}`);
      assert.equal(keyVaultUrl, `https://localhost:${first + 2}`);
      assert.equal(emulator.environment.DATABRICKS_HOST, databricksUrl);
      const answer = await ask(emulator, "GET", `${databricksUrl}/api/2.0/token/list`, { token });
      assert.equal(answer.status, 200);
    } finally {
      await emulator.stop();
    }
  });

  it("the ports of a local workspace are closed again if one of them is in use", async () => {
    const port = await freePorts(5);
    const other = net.createServer().listen(port + 3, "127.0.0.1");
    await once(other, "listening");
    try {
      await assert.rejects(startEmulator({ config, port }), { code: "EADDRINUSE", port: port + 3 });
      const first = net.createServer().listen(port, "127.0.0.1");
      await once(first, "listening");
      first.close();
    } finally {
      other.close();
    }
  });
});
