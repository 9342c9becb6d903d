/** In a bundle, all that @hono/node-server takes from node:http2. It asks whether a request is one of HTTP/2; greenroom serves none. */
export const Http2ServerRequest = { [Symbol.hasInstance]: () => false };
export const constants = {};
