/** Characters: no answer that is read for what it says is so long, and one of somebody else may have no end. */
const LONGEST = 2 ** 24;

/** The text of an answer. Throws for one that is longer than `most` characters, of which it reads hardly more. */
export async function readText(response: Response, most = LONGEST): Promise<string> {
  const text = await beginningOf(response, most);
  if (text.length > most) throw new Error(`the answer has more than ${most} characters`);
  return text;
}

/** The text of an answer, or somewhat more of it than so many characters. */
export async function beginningOf(response: Response, most: number): Promise<string> {
  const { headers, body } = response;
  const isCounted = headers.has('content-length') && !headers.has('content-encoding');
  if (isCounted && Number(headers.get('content-length')) <= most) return response.text();
  let text = '';
  for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    if (text.length > most) break;
  }
  return text;
}
