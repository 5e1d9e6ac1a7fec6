/**
 * The text of a response. Its size comes from outside, and gigabytes would crash the browser's tab.
 * @throws RangeError if it is longer than `limitBytes`
 */
export async function boundedText(response: Response, limitBytes: number): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.byteLength;
    if (length > limitBytes) {
      await reader.cancel();
      throw new RangeError(`it is larger than ${Math.round(limitBytes / 1024 / 1024)} MB`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
