import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding } from '../finding.js';
import { fingerprintsOf, type Identity } from '../identity.js';
import { pasted, placeOf, tellGone, type Report, type Unmade } from '../report.js';
import type { Reporter } from './reporter.js';
import { visibleJson } from './visible.js';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** For code scanning: SARIF 2.1.0, one run with every rule that was tried. */
export const render: Reporter = (report, { version }) => {
  const { rules, findings, unmade = [], gone = [] } = report;
  const driver = {
    name: 'greenroom',
    semanticVersion: version,
    rules: rules.map(({ name, title, severity, advice }) => ({
      id: name,
      shortDescription: { text: title },
      fullDescription: { text: `${title}. ${advice}` },
      help: { text: advice },
      defaultConfiguration: { level: severity },
    })),
  };
  const prints = fingerprintsOf(findings);
  const results = findings.map((finding, index) => renderResult(finding, prints[index]!, report));
  const notices = [...unmade.map(renderUnmade), ...gone.map(renderGone)];
  const invocation = {
    executionSuccessful: unmade.length === 0,
    ...(notices.length === 0 ? {} : { toolExecutionNotifications: notices }),
  };
  const run = { tool: { driver }, invocations: [invocation], columnKind: 'utf16CodeUnits', results };
  return visibleJson({ $schema: SCHEMA, version: '2.1.0', runs: [run] });
};

const renderGone = (one: Identity) => ({
  level: 'note',
  message: { text: `The baseline has it, and it was not found any more: ${tellGone(one)}.` },
});

const renderUnmade = ({ file, message }: Unmade) => ({
  level: 'error',
  message: { text: message },
  ...(file === undefined ? {} : { locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }] }),
});

function renderResult(finding: Finding, fingerprint: string, { subject, rules, gone }: Report) {
  const { rule, severity, known, message, where, expected, was, paste, advice, basis, times } = finding;
  const { file, line, exchange, provider, operation, pointer } = where;
  const name = placeOf({ where: omitUndefined({ provider, operation, pointer }) });
  const facts = expected === undefined ? '' : ` Expected ${expected}, was ${was ?? 'missing'}.`;
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex((one) => one.name === rule),
    level: severity,
    message: { text: `${message}${facts}${pasted(paste)}` },
    locations: [
      {
        physicalLocation: {
          // Code scanning takes no file with a result that is nowhere: what was checked stands for the place then.
          artifactLocation: { uri: uriOf(file ?? subject) },
          ...(file === undefined || line === undefined ? {} : { region: { startLine: line } }),
        },
        ...(name === '' ? {} : { logicalLocations: [{ fullyQualifiedName: name }] }),
      },
    ],
    // The first is what code scanning reads, and would else make of the text of the line.
    partialFingerprints: { primaryLocationLineHash: fingerprint, 'greenroom/v1': fingerprint },
    ...(gone ? { baselineState: known ? 'unchanged' : 'new' } : {}),
    ...(known ? { suppressions: [{ kind: 'external', justification: 'It is in the baseline.' }] } : {}),
    ...(times === undefined ? {} : { occurrenceCount: times }),
    properties: omitUndefined({ expected, was, paste, advice, basis, pointer, exchange }),
  };
}

const omitUndefined = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: NonNullable<T[Name]>;
  };

/** A path as a reference, each part of it escaped; a URL, and a whole path, as they are. */
function uriOf(place: string): string {
  if (/^https?:/.test(place) && URL.canParse(place)) return place;
  return isAbsolute(place)
    ? pathToFileURL(place).href
    : place.replaceAll(sep, '/').split('/').map(encodeURIComponent).join('/');
}
