import assert from "node:assert/strict";
import { driverTrace, lastTrace } from "../../../shared/fabric/jobs/driver-trace.ts";
import { instanceId, itemId, scriptedFabric, workspaceId } from "./fabric-server.ts";

const item = { workspaceId, itemId };
const log = { detail: () => {} } as never;
const session = {
  livyId: "60cfa752-457a-435e-bde2-b25f928ea647",
  sparkApplicationId: "application_1742884741239_0001",
  jobInstanceId: instanceId,
};

describe("the trace in a driver's log", () => {
  it("is the last one, from its heading to the error", () => {
    const text = [
      "Traceback (most recent call last):",
      "  old",
      "OldError: old",
      "more",
      "Traceback (most recent call last):",
      '  File "etl.py", line 3, in <module>',
      "    raise ValueError('3 rows')",
      "ValueError: 3 rows",
      "INFO the session ends",
    ].join("\r\n");
    assert.equal(
      lastTrace(text),
      "Traceback (most recent call last):\n  File \"etl.py\", line 3, in <module>\n    raise ValueError('3 rows')\nValueError: 3 rows",
    );
    assert.equal(lastTrace("INFO nothing"), undefined);
  });

  it("is that of IPython, too", () => {
    const text = [
      "ValueError                                Traceback (most recent call last)",
      "Cell In[3], line 1",
      "----> 1 raise ValueError('3 rows')",
      "",
      "ValueError: 3 rows",
      "INFO the session ends",
    ];
    assert.equal(
      lastTrace(text.join("\n")),
      text
        .slice(0, 5)
        .join("\n")
        .replace(/^ValueError +/, ""),
    );
  });

  // https://learn.microsoft.com/fabric/data-engineering/driver-log
  it("is read from the session of the run", async () => {
    await using server = await scriptedFabric({ body: { value: [{ livyId: "x" }, session] } }, { body: {} });
    await driverTrace(server.fabric, { owner: "notebooks", item, jobInstanceId: instanceId, log });
    const sessions = `/v1/workspaces/${workspaceId}/notebooks/${itemId}/livySessions`;
    assert.deepEqual(server.asked().slice(0, 2), [
      `GET ${sessions}`,
      `GET ${sessions}/${session.livyId}/applications/${session.sparkApplicationId}/logs?type=driver&fileName=stdout&isDownload=true`,
    ]);
  });

  it("is missing if the log cannot be read, which fails nothing", async () => {
    await using server = await scriptedFabric({ status: 404, body: { errorCode: "SparkCoreItemNotFound" } });
    const run = { owner: "notebooks", item, jobInstanceId: instanceId, log } as const;
    assert.equal(await driverTrace(server.fabric, run), undefined);
  });
});
