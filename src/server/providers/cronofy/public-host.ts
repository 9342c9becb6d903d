import { isLoopback } from '../../../loopback.js';

/** Names that are kept for examples and for private networks (RFC 2606, 6761, 6762), and names without a domain. */
const RESERVED = /(^|\.)(example(\.(com|net|org))?|test|invalid|local|internal)\.?$|^[^.:]+$/;
/** Networks that nobody outside reaches: private, link-local, and those of this host. */
const PRIVATE =
  /^(0|10|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.|^\[(::\]|f[cd]|fe[89ab])/;

/** True for a host that the vendor can reach; that "example" and "local" mean these is assumed. */
export const isPublicHost = (host: string): boolean => !isLoopback(host) && !RESERVED.test(host) && !PRIVATE.test(host);
