const ASCII = /^[^\u0080-\uffff]*$/;
const VALUES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Decodes base64 as Python's `b64decode` does: foreign characters are skipped, what follows a complete padding is
 * ignored, a group that is cut off is an error (`undefined`).
 */
export function decodeBase64(text: string): Buffer | undefined {
  if (!ASCII.test(text)) return undefined;
  let kept = '';
  let pads = 0;
  for (const character of text) {
    const place = kept.length % 4;
    if (character === '=') {
      if (place >= 2 && place + ++pads >= 4) return Buffer.from(kept, 'base64');
      continue;
    }
    if (!VALUES.includes(character)) continue;
    pads = 0;
    kept += character;
  }
  return kept.length % 4 === 0 ? Buffer.from(kept, 'base64') : undefined;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `bytes.decode`; `undefined` where it raises an error. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
