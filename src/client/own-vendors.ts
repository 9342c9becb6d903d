/**
 * The profiles of vendors of your own, by name: the compiler then knows their words as it knows those of the others.
 *
 * @example declare module 'greenroom' { interface OwnVendors { notetaker: typeof profile } }
 */
export interface OwnVendors {}
