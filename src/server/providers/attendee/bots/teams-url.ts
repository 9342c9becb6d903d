import { decodeBase64, decodeUtf8 } from '../python/base64.js';
import { isPyObject, isTruthy, parsePython, type PyValue } from '../python/json.js';
import { PYTHON_SPACE, pythonStr } from '../python/repr.js';
import { unquote } from '../python/urls.js';
import { VendorCrash } from '../framework/replies.js';

/**
 * The meetings of Teams that the vendor finds in a text, each form in one pass. A form wants a path right after the
 * host, so that a port makes a link none; what stands between host and form does not matter.
 */
export const teamsMeetingIn = (text: string): string | undefined =>
  conversationIn(text) ?? lightMeetingIn(text) ?? meetingIn(text);

const conversationUrl = (conversation: string, message: string, tenant: string, organizer: string): string =>
  `https://teams.microsoft.com/l/meetup-join/${conversation}/${message}?context={"Tid":"${tenant}","Oid":"${organizer}"}`;

/** Where a mark stands next; asked for places that only grow. -1: nowhere any more. */
function nextOf(text: string, mark: string): (from: number) => number {
  let at = text.indexOf(mark);
  return (from) => {
    if (at !== -1 && at < from) at = text.indexOf(mark, from);
    return at;
  };
}

const JOIN = '/l/meetup-join/';
const CONTEXT = '?context=';

/** …/l/meetup-join/CONVERSATION/MESSAGE?context=…"Tid":"TENANT"…"Oid":"ORGANIZER" */
function conversationIn(text: string): string | undefined {
  const host = /teams\.(?:microsoft|live)\.com(?=\/)/.exec(text);
  if (!host) return undefined;
  const [slashAt, contextMark, lineEnd] = [nextOf(text, '/'), nextOf(text, '?'), nextOf(text, '\n')];
  const people = peopleIn(text);
  let person = 0;
  for (let at = text.indexOf(JOIN, host.index); at !== -1; at = text.indexOf(JOIN, at + 1)) {
    const start = at + JOIN.length;
    const slash = slashAt(start);
    const mark = contextMark(slash + 1);
    if (slash === -1 || mark === -1) return undefined;
    if (slash === start || mark === slash + 1 || !text.startsWith(CONTEXT, mark)) continue;
    const context = mark + CONTEXT.length;
    while (person < people.length && people[person]!.at < context) person++;
    const end = lineEnd(context);
    const found = people[person];
    if (found && (end === -1 || found.at < end))
      return conversationUrl(text.slice(start, slash), text.slice(slash + 1, mark), found.tenant, found.organizer);
  }
  return undefined;
}

/** The tenants of a text that an organizer follows on the same line. */
function peopleIn(text: string) {
  const organizers = [...text.matchAll(/(?="Oid":"([^"]+)")/g)];
  const lineEnd = nextOf(text, '\n');
  let next = 0;
  return [...text.matchAll(/(?="Tid":"([^"]+)")/g)].flatMap(({ index: at, 1: tenant = '' }) => {
    const end = at + '"Tid":""'.length + tenant.length;
    while (next < organizers.length && organizers[next]!.index < end) next++;
    const line = lineEnd(end);
    const organizer = organizers[next];
    const isThere = organizer && (line === -1 || organizer.index < line);
    return isThere ? [{ at, tenant, organizer: organizer[1] ?? '' }] : [];
  });
}

const LAUNCH = 'teams.microsoft.com/light-meetings/launch?';
const COORDINATES = 'coords=';

/** Light meetings carry the conversation as JSON in base64. */
function lightMeetingIn(text: string): string | undefined {
  const encoded = coordinatesIn(text);
  const bytes = encoded === undefined ? undefined : decodeBase64(unquote(encoded));
  const json = bytes && decodeUtf8(bytes);
  const facts = json === undefined ? undefined : parsed(json);
  if (facts === undefined) return undefined;
  if (!isPyObject(facts)) throw new VendorCrash('meeting_url');
  const [conversation, tenant, organizer] = ['conversationId', 'tenantId', 'organizerId'].map((name) =>
    facts.get(name),
  );
  if (!isTruthy(conversation) || !isTruthy(tenant) || !isTruthy(organizer)) return undefined;
  const message = facts.has('messageId') ? facts.get('messageId')! : '0';
  return conversationUrl(pythonStr(conversation!), pythonStr(message), pythonStr(tenant!), pythonStr(organizer!));
}

/** The last coordinates on the line of the first launch that has any. */
function coordinatesIn(text: string): string | undefined {
  for (let at = text.indexOf(LAUNCH); at !== -1;) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at + LAUNCH.length, end);
    const offset = at + LAUNCH.length + COORDINATES.length;
    for (
      let found = line.lastIndexOf(COORDINATES);
      found !== -1;
      found = found > 0 ? line.lastIndexOf(COORDINATES, found - 1) : -1
    ) {
      const value = /[^&]*/y;
      value.lastIndex = offset + found;
      const [given] = value.exec(text)!;
      if (given !== '') return given;
    }
    at = newline === -1 ? -1 : text.indexOf(LAUNCH, newline);
  }
  return undefined;
}

function parsed(json: string): PyValue | undefined {
  try {
    return parsePython(json);
  } catch {
    return undefined;
  }
}

const MEET = '/meet/';
const PASSCODE = `p=([^&${PYTHON_SPACE}]+)`;
const LAUNCHER = new RegExp(`teams\\.([^.]+)\\.com/dl/launcher/launcher\\.html\\?url=/_#/meet/([^?]+)\\?${PASSCODE}`);

/** …/meet/ID?p=PASSCODE */
function meetingIn(text: string): string | undefined {
  const found = firstMeetingIn(text);
  if (!found) return undefined;
  const [domain, id, passcode] = isTeams(found[0]) ? found : (LAUNCHER.exec(text)?.slice(1) ?? []);
  return isTeams(domain) ? `https://teams.${domain}.com/meet/${id}?p=${passcode}` : undefined;
}

const isTeams = (domain: string | undefined): boolean => domain === 'microsoft' || domain === 'live';

/** Domain, id and passcode after the first host that looks like one of Teams, whoever owns it. */
function firstMeetingIn(text: string): readonly string[] | undefined {
  const host = /teams\.([^.]+)\.com(?=\/)/.exec(text);
  if (!host) return undefined;
  const mark = nextOf(text, '?');
  const passcode = new RegExp(PASSCODE, 'y');
  for (let at = text.indexOf(MEET, host.index + host[0].length); at !== -1;) {
    const start = at + MEET.length;
    const end = mark(start);
    if (end === -1) return undefined;
    passcode.lastIndex = end + 1;
    const given = end > start ? passcode.exec(text)?.[1] : undefined;
    if (given !== undefined) return [host[1]!, text.slice(start, end), given];
    at = text.indexOf(MEET, end);
  }
  return undefined;
}
