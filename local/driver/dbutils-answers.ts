import type { DriverHost } from "./driver-host.ts";
import type { ExecutionRequest } from "./execution-request.ts";
import type { Redaction } from "./redaction.ts";

export type Question = Record<string, unknown> & { question: string };

/** Answers the questions of `dbutils.secrets` and `dbutils.jobs`; undefined for any other. */
export function dbutilsAnswer(
  question: Question,
  { request, host, redaction }: { request: ExecutionRequest; host: DriverHost; redaction: Redaction },
): { value: unknown } | undefined {
  const taskValues = () => host.taskValues?.(request.runId);
  switch (question.question) {
    case "secret": {
      const value = host.secret(String(question.scope), String(question.key));
      if (value !== undefined) redaction.add(value);
      return { value: value ?? null };
    }
    case "secretScopes":
      return { value: host.secretScopes() };
    case "secretKeys":
      return { value: host.secretKeys(String(question.scope)) };
    case "setTaskValue":
      taskValues()?.set(request.taskKey ?? "", String(question.key), question.value);
      return { value: null };
    case "getTaskValue": {
      const values = taskValues();
      if (!values) return { value: { inJob: false } };
      const value = values.get(String(question.taskKey), String(question.key));
      return { value: value === undefined ? { inJob: true } : { inJob: true, value } };
    }
    default:
      return undefined;
  }
}
