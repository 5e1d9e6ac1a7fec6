/** The line of an offset, counted from 1; a line ends with CRLF, LF or CR. */
export function lineAt(text: string, offset: number): number {
  return (text.slice(0, offset).match(/\r\n|\n|\r/g)?.length ?? 0) + 1;
}
