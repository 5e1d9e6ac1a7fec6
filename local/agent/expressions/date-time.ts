const two = (value: number) => String(value).padStart(2, "0");

/** A time with its offset from UTC: `pipeline.startTime`, or a string that is compared with it. */
export class DateTime {
  readonly #milliseconds: number;
  readonly #offsetMinutes: number;
  /** The parts below a second, in the 100 ns of .NET. */
  readonly #fraction: string;

  constructor(milliseconds: number, offsetMinutes = 0, fraction?: string) {
    this.#milliseconds = milliseconds;
    this.#offsetMinutes = offsetMinutes;
    this.#fraction = (fraction ?? String(((milliseconds % 1000) + 1000) % 1000).padStart(3, "0")).padEnd(
      7,
      "0",
    );
  }

  /** Reads `2020-01-02 03:04:05` with `-` or `/`, a space or `T`, parts of a second, and an offset; without one it is UTC. */
  static parse(text: string): DateTime | undefined {
    const pattern =
      /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})[ T](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,7}))?(Z|([+-])(\d{1,2}):(\d{1,2}))?$/;
    const match = pattern.exec(text.trim());
    if (!match) return undefined;
    const [year, month, day, hour, minute, second] = [1, 3, 4, 5, 6, 7].map((group) =>
      Number(match[group]),
    ) as [number, number, number, number, number, number];
    const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
    const isReal =
      local.getUTCMonth() === month - 1 &&
      local.getUTCDate() === day &&
      hour < 24 &&
      minute < 60 &&
      second < 60;
    if (!isReal) return undefined;
    const offset = (match[10] === "-" ? -1 : 1) * (Number(match[11] ?? 0) * 60 + Number(match[12] ?? 0));
    return new DateTime(local.getTime() - offset * 60_000, offset, match[8] ?? "0");
  }

  compare(other: DateTime): number {
    return this.#milliseconds - other.#milliseconds || Number(this.#fraction) - Number(other.#fraction);
  }

  toString(): string {
    return this.format("yyyy\\-MM\\-dd HH\\:mm\\:sszzz");
  }

  /**
   * The specifiers that https://learn.microsoft.com/azure/devops/pipelines/process/expressions#format lists; any other character must
   * have a `\` before it, except spaces.
   * @throws Error with one phrase
   */
  format(specifiers: string): string {
    return (specifiers.match(/\\[\s\S]?|([\s\S])\1*/g) ?? [])
      .map((part) => this.#part(part, specifiers))
      .join("");
  }

  #part(part: string, specifiers: string): string {
    const local = new Date(this.#milliseconds + this.#offsetMinutes * 60_000);
    const sign = this.#offsetMinutes < 0 ? "-" : "+";
    const minutes = Math.abs(this.#offsetMinutes);
    const offset = `${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    const values: Record<string, string> = {
      yyyy: String(local.getUTCFullYear()).padStart(4, "0"),
      yy: two(local.getUTCFullYear() % 100),
      MM: two(local.getUTCMonth() + 1),
      M: String(local.getUTCMonth() + 1),
      dd: two(local.getUTCDate()),
      d: String(local.getUTCDate()),
      HH: two(local.getUTCHours()),
      H: String(local.getUTCHours()),
      mm: two(local.getUTCMinutes()),
      m: String(local.getUTCMinutes()),
      ss: two(local.getUTCSeconds()),
      s: String(local.getUTCSeconds()),
      zzz: offset,
      K: offset,
    };
    if (/^f{1,7}$/.test(part)) return this.#fraction.slice(0, part.length);
    if (/^\\[\s\S]$/.test(part)) return part[1]!;
    const value = values[part] ?? (/^ +$/.test(part) ? part : undefined);
    if (value === undefined)
      throw new Error(`the format specifiers '${specifiers}' are not valid for a date and time`);
    return value;
  }
}
