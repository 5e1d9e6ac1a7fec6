import type { Journal } from "./host.ts";
import { quietly, tl } from "./task-lib.ts";

/**
 * The next stage gets a task variable in its environment, which must not contain a control character: one from a server's answer would
 * keep the stage from starting. task-lib's own setter also writes the value to the debug log.
 */
export function taskVariableJournal(): Journal {
  const written = new Map<string, string>();
  return {
    write(key, value) {
      written.set(key, value);
      const encoded = value.replace(/[%\p{Cc}]/gu, (character) => encodeURIComponent(character));
      tl.command("task.settaskvariable", { variable: key }, encoded);
    },
    read(key) {
      const before = () => decodeURIComponent(quietly(() => tl.getTaskVariable(key)) ?? "");
      return (written.get(key) ?? before()) || undefined;
    },
  };
}
