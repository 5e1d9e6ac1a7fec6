import type { Journal } from "./host.ts";
import { hasPostJobStage, StageMark } from "./stage-mark.ts";
import { quietly, tl } from "./task-lib.ts";

const stepIdKey = "stepId";

/**
 * The next stage gets a task variable in its environment, which must not contain a control character: one from a server's answer would
 * keep the stage from starting. task-lib's own setter also writes the value to the debug log.
 */
export function taskVariableJournal(): Journal {
  const written = new Map<string, string>();
  const write = (key: string, value: string) => {
    written.set(key, value);
    const encoded = value.replace(/[%\p{Cc}]/gu, (character) => encodeURIComponent(character));
    tl.command("task.settaskvariable", { variable: key }, encoded);
  };
  const read = (key: string) => {
    const before = () => decodeURIComponent(quietly(() => tl.getTaskVariable(key)) ?? "");
    return (written.get(key) ?? before()) || undefined;
  };
  const mark = hasPostJobStage() ? new StageMark(read(stepIdKey)) : undefined;
  if (mark && read(stepIdKey) === undefined) write(stepIdKey, mark.id);
  return { write, read, isOver: () => mark?.isOver ?? false };
}
