declare module 'cloudflare:workers' {
  export const DurableObject: abstract new <Env>(state: import('./runtime.js').ObjectState, env: Env) => object;
}
