import assert from "node:assert/strict";
import { FabricNotebooks } from "./fabric-notebooks.ts";
import { Notebooks } from "./notebooks.ts";
import { describeAutoLoader } from "./spark/auto-loader.ts";
import { describeFabric } from "./spark/fabric.ts";
import { describeNotHere } from "./spark/not-here.ts";
import { describeRuns } from "./spark/runs.ts";
import { describeStreams } from "./spark/streams.ts";

// All on one Spark, as in a workspace, because its JVM takes more CPU time to start than most of these tests; so a table has one test only.
describe("Spark of the driver", function () {
  this.timeout(300_000);
  const notebooks = new Notebooks("local[2]");
  const fabric = new FabricNotebooks(notebooks.driver);
  before(() => notebooks.driver.warmUp());
  after(async () => {
    await notebooks.stop();
    fabric.remove();
  });

  describe("notebooks on Spark", () => describeRuns(notebooks));
  describe("what is not here", () => describeNotHere(notebooks));
  describe("streams of notebooks", () => describeStreams(notebooks));
  describe("Auto Loader in notebooks", () => describeAutoLoader(notebooks));
  describe("notebooks of Fabric on Spark", () => describeFabric(fabric));
});

describe("the driver's Spark", () => {
  it("the driver's Spark can be stopped while it is starting", async () => {
    const notebooks = new Notebooks("local[1]");
    notebooks.driver.warmUp();
    const waiting = notebooks.run(["spark.range(1)"]);
    await notebooks.stop();
    assert.equal((await waiting).state, "died");
  });
});
