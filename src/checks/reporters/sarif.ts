import type { Finding } from '../finding.js';
import { pasted, placeOf, type Report, type Unmade } from '../report.js';
import type { Reporter } from './reporter.js';
import { visibleJson } from './visible.js';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** For code scanning: SARIF 2.1.0, one run with every rule that was tried. */
export const render: Reporter = (report, { version }) => {
  const { rules, findings, unmade = [] } = report;
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
  const results = findings.map((finding) => renderResult(finding, report));
  const invocation = {
    executionSuccessful: unmade.length === 0,
    ...(unmade.length === 0 ? {} : { toolExecutionNotifications: unmade.map(renderUnmade) }),
  };
  const run = { tool: { driver }, invocations: [invocation], columnKind: 'utf16CodeUnits', results };
  return visibleJson({ $schema: SCHEMA, version: '2.1.0', runs: [run] });
};

const renderUnmade = ({ file, message }: Unmade) => ({
  level: 'error',
  message: { text: message },
  ...(file === undefined ? {} : { locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }] }),
});

const uriOf = (file: string): string => encodeURI(file.replaceAll('\\', '/'));

function renderResult(finding: Finding, { subject, rules }: Report) {
  const { rule, severity, message, where, expected, was, paste, advice, basis, times } = finding;
  const place = placeOf(finding);
  const facts = expected === undefined ? '' : ` Expected ${expected}, was ${was ?? 'missing'}.`;
  const known = Object.entries({
    expected,
    was,
    paste,
    advice,
    basis,
    pointer: where.pointer,
    exchange: where.exchange,
  });
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ name }) => name === rule),
    level: severity,
    message: { text: `${message}${facts}${pasted(paste)}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(where.file ?? subject) },
          region: { startLine: where.line ?? 1 },
        },
        ...(place === '' ? {} : { logicalLocations: [{ fullyQualifiedName: place }] }),
      },
    ],
    ...(times === undefined ? {} : { occurrenceCount: times }),
    properties: Object.fromEntries(known.filter(([, value]) => value !== undefined)),
  };
}
