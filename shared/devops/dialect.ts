import { type Dialect, fieldsOf, textOf } from "../http/dialect.ts";

/** The errors of Azure DevOps: `typeKey` names the exception; its `errorCode` is 0 in nearly all of them. */
export const devopsDialect: Dialect = {
  readError(content) {
    const { typeKey, message } = fieldsOf(content);
    return { errorCode: textOf(typeKey), message: textOf(message) };
  },
};
