const SECRET_FIELD = /(secret|token|password|api_?key|authorization|credential)s?(\/|$)/i;

/** A value as a report may show it: a secret is not repeated. */
export const shown = (pointer: string, value: string): string =>
  SECRET_FIELD.test(pointer) && value !== 'missing'
    ? '[redacted]'
    : value.length > 80
      ? `${value.slice(0, 77)}…`
      : value;
