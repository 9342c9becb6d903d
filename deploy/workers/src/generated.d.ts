/** Made by build.mjs from the folder fixtures and the page of the inspector. */
declare module 'generated:fixtures' {
  type Files = Readonly<Record<string, string>>;
  export const texts: Readonly<Record<string, Files>>;
  /** As base64. */
  export const bytes: Readonly<Record<string, Files>>;
  export const script: string;
  export const style: string;
}
