import assert from "node:assert/strict";
import { devopsDialect } from "../../../shared/devops/dialect.ts";

describe("errors of Azure DevOps", () => {
  it("the code of an Azure DevOps error is the name of its exception", () => {
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

  it("the content of an Azure DevOps error is empty if the answer is something else", () => {
    for (const body of [null, "no", [], {}])
      assert.deepEqual(devopsDialect.readError(body), { errorCode: undefined, message: undefined });
  });
});
