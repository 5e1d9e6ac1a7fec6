import assert from "node:assert/strict";
import { devopsDialect } from "../../../shared/devops/dialect.ts";

describe("an error of Azure DevOps", () => {
  it("has the name of its exception as code", () => {
    const body = {
      $id: "1",
      message: "TF400813: no",
      typeName: "Microsoft.TeamFoundation.UnauthorizedRequestException",
      typeKey: "UnauthorizedRequestException",
      errorCode: 0,
    };
    assert.deepEqual(devopsDialect.readError(body), {
      errorCode: "UnauthorizedRequestException",
      message: "TF400813: no",
    });
  });

  it("is empty if the answer is something else", () => {
    for (const body of [null, "no", [], {}])
      assert.deepEqual(devopsDialect.readError(body), { errorCode: undefined, message: undefined });
  });
});
