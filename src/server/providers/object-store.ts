import { hash } from 'node:crypto';
import type { Reply, VendorRequest } from './provider.js';

/** Files as public object stores serve them behind a signed URL. */

export interface StoredFile {
  readonly bytes: Uint8Array | string;
  readonly type: string;
}

/**
 * The file, or the part of it that the client asks for: one range, as these stores know no more (observed). The signature of
 * the URL is one for GET, so that a HEAD has the wrong one.
 */
export function serveFile({ method, headers }: VendorRequest, { bytes, type }: StoredFile): Reply {
  if (method === 'HEAD')
    return storeError(403, 'SignatureDoesNotMatch', 'The signature of the URL is not one for this method');
  const file = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  const etag = `"${hash('md5', file, 'hex')}"`;
  const range = headers['if-range'] === undefined || headers['if-range'] === etag ? headers['range'] : undefined;
  const part = rangeOf(range, file.length);
  const always = { 'Accept-Ranges': 'bytes', ETag: etag };
  if (part === undefined) return { status: 200, headers: { 'Content-Type': type, ...always }, body: file };
  const [from, to] = part;
  if (from >= file.length) {
    const refusal = storeError(416, 'InvalidRange', 'The requested range is not satisfiable');
    return { ...refusal, headers: { ...refusal.headers, ...always, 'Content-Range': `bytes */${file.length}` } };
  }
  const of = `bytes ${from}-${to}/${file.length}`;
  return {
    status: 206,
    headers: { 'Content-Type': type, ...always, 'Content-Range': of },
    body: file.subarray(from, to + 1),
  };
}

/** The first and the last byte of a range; the first may lie behind the end. `undefined`: no range that the store follows. */
function rangeOf(given: string | undefined, length: number): readonly [from: number, to: number] | undefined {
  const [, first = '', last = ''] = /^\s*bytes\s*=\s*(?:(\d+)\s*)?-\s*(?:(\d+)\s*)?$/i.exec(given ?? '') ?? [];
  if (first === '')
    return last === '' ? undefined : [Number(last) === 0 ? length : Math.max(0, length - Number(last)), length - 1];
  if (last !== '' && Number(last) < Number(first)) return undefined;
  return [Number(first), last === '' ? length - 1 : Math.min(Number(last), length - 1)];
}

export const storeError = (status: number, code: string, message: string): Reply => ({
  status,
  headers: { 'Content-Type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});

/** What the store says of a URL that nobody signed. */
export const refuseLink = (): Reply => ({
  ...storeError(403, 'AccessDenied', 'Access Denied'),
  reason: 'no workspace signed this link, or it leads to no file',
});

export const refuseExpired = (): Reply => storeError(403, 'AccessDenied', 'Request has expired');

export const refuseMissing = (): Reply => storeError(404, 'NoSuchKey', 'The specified key does not exist.');

/** What it says of a second credential beside the signed URL. */
export const refuseToken = (): Reply =>
  storeError(
    400,
    'InvalidArgument',
    'Only one way to authorize is allowed: the signed URL, or the Authorization header',
  );
