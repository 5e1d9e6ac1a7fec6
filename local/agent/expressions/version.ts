const maxPart = 2 ** 31 - 1;

/** A `1.2.3` literal, or a string or number that was converted to a version: two to four numbers, as in .NET's System.Version. */
export class Version {
  readonly parts: readonly number[];

  constructor(parts: readonly number[]) {
    this.parts = parts;
  }

  /** As Version.TryParse of .NET does: each number may have spaces around it and a plus sign. */
  static parse(text: string): Version | undefined {
    const parts = text.split(".");
    if (parts.length < 2 || parts.length > 4) return undefined;
    if (!parts.every((part) => /^\s*\+?\d+\s*$/.test(part) && Number(part) <= maxPart)) return undefined;
    return new Version(parts.map(Number));
  }

  compare(other: Version): number {
    for (let index = 0; index < 4; index++) {
      // A missing part counts as less than 0, as in .NET's System.Version.
      const difference = (this.parts[index] ?? -1) - (other.parts[index] ?? -1);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  toString(): string {
    return this.parts.join(".");
  }
}
