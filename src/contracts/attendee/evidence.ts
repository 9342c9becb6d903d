import type { Evidence } from '../contract.js';

/** Recorded on the real server, v1.64.1, with a frozen clock. */
export const RECORDED: Evidence = { basis: 'observed', source: 'recordings of Attendee v1.64.1', date: '2026-11-21' };
/** Read in the vendor's public code. */
export const CODE: Evidence = { basis: 'observed', source: 'public code of Attendee v1.64.1', date: '2026-11-25' };
/** Seen at the driver of its database. */
export const DRIVER: Evidence = {
  basis: 'observed',
  source: 'psycopg2 2.9.10',
  date: '2026-11-29',
  note: 'a filter with NUL is a failure of the vendor',
};
/** Read in copies of the vendor's code that others have made public. */
export const COPIES: Evidence = {
  basis: 'observed',
  source: 'public copies of the code of Attendee',
  date: '2026-11-29',
};
/** Seen at the library with which it looks at pictures. */
export const PICTURES: Evidence = {
  basis: 'observed',
  source: 'OpenCV 4.10',
  date: '2026-11-30',
  note: 'pieces, sizes and kinds of colours; pixels and codes that cannot be unpacked are not looked at',
};
/** The same copies, of what follows once the fields are good. */
export const STORED: Evidence = {
  ...COPIES,
  date: '2026-11-30',
  note: 'settings with NUL or half a character and a stream id of more than 255 characters are an error id; webhooks are looked at one after the other; a Zoom OAuth app is enough for Zoom; files of more than 10 MiB',
};
/** The same, of calls that look at their body late. */
export const READ_LATE: Evidence = { ...COPIES, note: 'the body is looked at after the state of the bot' };
/** Seen at the libraries that Attendee v1.64.1 asks for, not at its server. */
export const FRAMEWORK: Evidence = {
  basis: 'observed',
  source: 'Django REST framework 3.15.2 on Django 5.1.14 and CPython 3.11',
  date: '2026-11-30',
  note: 'ranges and parameters of Accept, charsets of bodies (one byte a character, UTF-8, UTF-16; others as UTF-8) and ranges of their types, more than 938 levels of JSON (behind gunicorn and the middlewares of the public code), bodies of null, bodies in chunks (empty there; read here with a note, as a proxy may give them a length), parts, files, texts beyond 2.5 MiB, empty JSON and boxes of forms, more than 1000 fields of a form or a query, the null of a form and the names of its files in fields of JSON, forms that take no field more, instants beyond the years 1 to 9999, whole numbers of more than 4300 digits, floats beyond all numbers, half a surrogate pair in an answer, digits of any script in times and cursors, times as CPython 3.10 reads them, paths that are decoded before they are taken apart',
};
/** Seen at the server that the public code asks for, with its defaults; what stands before the hosted one is unknown. */
export const WSGI_SERVER: Evidence = {
  basis: 'observed',
  source: 'gunicorn 23.0.0',
  date: '2026-11-29',
  note: 'it refuses request lines of more than 4094 bytes; greenroom takes them, with a note, as other servers do',
};
/** Seen at a server with the routes and the settings of its public code. */
export const WEB_SERVER: Evidence = {
  basis: 'observed',
  source: 'Django 5.1.14 with the settings of the public code',
  date: '2026-11-29',
  note: 'the same path without its slash leads here; any other path outside the API is the page of the web server',
};
/** Attendee's page "Scheduled Bots". */
export const SCHEDULED_BOTS: Evidence = {
  basis: 'documented',
  source: 'docs.attendee.dev: scheduled bots',
  date: '2026-11-21',
};
/** Attendee's page "Webhooks". */
export const WEBHOOKS: Evidence = { basis: 'documented', source: 'docs.attendee.dev: webhooks', date: '2026-11-21' };
/** Attendee's page "Voice Agents". */
export const VOICE_AGENTS: Evidence = {
  basis: 'documented',
  source: 'docs.attendee.dev: voice agents',
  date: '2026-11-26',
  note: 'the page is loaded once the bot has joined and records; that a page that fails changes nothing else is assumed',
};
/** Nobody says. */
export const ASSUMED: Evidence = { basis: 'assumed', source: 'no public source says', date: '2026-11-26' };
/** Recordings lie in an object store; nobody has recorded what is behind the link. */
export const STORE: Evidence = {
  basis: 'assumed',
  source: 'public object stores',
  date: '2026-11-21',
  note: 'that the link expires after 1800 s is observed; the file and the refusals are those of public object stores',
};
