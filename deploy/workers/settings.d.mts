export const settings: {
  readonly compatibility_date: string;
  readonly compatibility_flags: string[];
  readonly durable_objects: { readonly bindings: readonly { readonly name: string; readonly class_name: string }[] };
  readonly build: { readonly command: string };
};
