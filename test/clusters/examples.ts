// The examples on Spark clusters, which `npm run test:clusters` starts: a standalone cluster and a server of Spark Connect, both of
// the installed Spark. It takes minutes of CPU time, so that it is no part of npm test.
import assert from "node:assert/strict";
import {
  freePort,
  type SparkServer,
  startConnectServer,
  startStandaloneMaster,
  startStandaloneWorker,
} from "../driver/spark-servers.ts";
import { ExampleWorkspace } from "../pipelines/example-workspace.ts";

const pipelines = [
  { example: "databricks-weather", pipeline: "azure-pipelines-pr.yml", scheme: "" },
  { example: "streaming-medallion", pipeline: "azure-pipelines-streaming.yml", scheme: "" },
  // It uses paths without a scheme, which are OneLake's: a server of Spark Connect does not have them.
  { example: "fabric-lakehouse", pipeline: "azure-pipelines-pr.yml", scheme: "spark" },
];

function describeExamples(name: string, start: (servers: SparkServer[]) => Promise<string>): void {
  describe(`the examples on ${name}`, function () {
    this.timeout(1_800_000);
    const servers: SparkServer[] = [];
    let master: string;
    before(async () => {
      master = await start(servers);
    });
    after(() => Promise.all(servers.map((server) => server.stop())));

    for (const { example, pipeline, scheme } of pipelines)
      it(`${example} succeeds with one line more in its local config`, async function () {
        if (!master.startsWith(scheme)) this.skip();
        await using workspace = await ExampleWorkspace.open(example, {
          "notebook-ops.local.yml": ["\n", `\nspark: { master: "${master}" }\n`],
        });
        const { record, output } = await workspace.run(pipeline);
        assert.equal(record.result, "succeeded", output);
        assert.deepEqual(record.leftovers, []);
      });
  });
}

describeExamples("a standalone cluster", async (servers) => {
  const port = await freePort();
  const master = `spark://127.0.0.1:${port}`;
  servers.push(await startStandaloneMaster(port));
  servers.push(await startStandaloneWorker(master));
  return master;
});

describeExamples("Spark Connect", async (servers) => {
  const port = await freePort();
  servers.push(await startConnectServer(port));
  return `sc://127.0.0.1:${port}`;
});
