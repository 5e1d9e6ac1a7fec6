const parts = /^(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/;

/** The seconds of a duration such as `90s`, `5m`, `1h30m` or `500ms`; undefined if the text is something else. */
export function parseDuration(text: string): number | undefined {
  const found = parts.exec(text);
  if (found === null || text === "") return undefined;
  const [hours, minutes, seconds, milliseconds] = found.slice(1).map((part) => Number(part ?? 0));
  return hours! * 3600 + minutes! * 60 + seconds! + milliseconds! / 1000;
}
