import { Type, type TObject, type TSchema } from '@sinclair/typebox';
import type { VendorProfile } from '../vendor.js';
import { closed, wordOf } from './fields.js';

/** A name of an agent: its vendor id, or one of the vendor's other keys for it. */
export type Reference = string | Readonly<Record<string, string>>;

/** The fields of the control plane that follow from the vendors that are served. */
export interface VendorFields {
  readonly vendors: readonly VendorProfile[];
  /** The name of a vendor. */
  readonly Provider: ReturnType<typeof providerOf>;
  readonly SubjectReference: ReturnType<typeof subjectReferenceOf>;
}

export const vendorFieldsOf = (vendors: readonly VendorProfile[]): VendorFields => ({
  vendors,
  Provider: providerOf(vendors),
  SubjectReference: subjectReferenceOf(subjectKeysOf(vendors)),
});

/** The keys besides its id by which an agent of one of these vendors is found. */
export const subjectKeysOf = (vendors: readonly VendorProfile[]): string[] => [
  ...new Set(vendors.flatMap(({ subjectKeys }) => subjectKeys)),
];

/** One field for each vendor, under its name. */
export const byVendor = (vendors: readonly VendorProfile[], schemaOf: (vendor: VendorProfile) => TSchema) =>
  Object.fromEntries(vendors.map((vendor) => [vendor.name, schemaOf(vendor)]));

/**
 * The object with one more field for each vendor, under its name. The compiler does not see them: it knows the vendors
 * that come with greenroom, and a server may have more.
 */
export const withVendorFields = <T extends TObject>(
  { properties, ...options }: T,
  vendors: readonly VendorProfile[],
  schemaOf: (vendor: VendorProfile) => TSchema,
): T => Type.Object({ ...properties, ...byVendor(vendors, schemaOf) }, options) as unknown as T;

/** `a, b or c` */
export const orList = (words: readonly string[]): string => words.join(', ').replace(/, (?=[^,]*$)/, ' or ');

const providerOf = (vendors: readonly VendorProfile[]) =>
  Type.Unsafe<string>(Type.Union(vendors.map(({ name }) => Type.Literal(name))));

function subjectReferenceOf(keys: readonly string[]) {
  const forms = keys.map((key) => Type.Object({ [key]: Type.String() }, closed));
  const expected = orList(['a vendor id', ...keys.map((key) => `{"${key}": …}`)]);
  return Type.Unsafe<Reference>(Type.Union([Type.String(), ...forms], { expected }));
}

/** The name of a vendor in a query. */
export const providerIn = (vendors: readonly VendorProfile[]) => Type.Optional(wordOf(vendors.map(({ name }) => name)));
