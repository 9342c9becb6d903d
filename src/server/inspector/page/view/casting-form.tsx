import { useState } from 'preact/hooks';
import type { Live } from '../live.js';
import { Field, Form, Select, Times, timesIn, VendorChoice, withoutEmpty } from './fields.js';
import { useAnswer } from './use.js';

interface ScenarioSummary {
  readonly name: string;
  readonly description: string;
}

/** Which scenario agents play that come from now on. */
export function CastingForm({ live, onDone }: { readonly live: Live; readonly onDone: () => void }) {
  const { value, error } = useAnswer(
    () => live.server.get<{ scenarios: ScenarioSummary[] }>('/scenarios'),
    'scenarios',
  );
  const [scenario, setScenario] = useState('');
  const [match, setMatch] = useState<Readonly<Record<string, string>>>({});
  const [times, setTimes] = useState('');
  const scenarios = value?.scenarios ?? [];
  const chosen = scenarios.find(({ name }) => name === scenario) ?? scenarios[0];
  const submit = async (): Promise<void> => {
    const body = {
      scenario: chosen!.name,
      match: withoutEmpty(match),
      ...timesIn(times),
    };
    if (await live.act({ method: 'POST', path: '/casting', body })) onDone();
  };
  return (
    <Form button="Cast it" disabled={!chosen} onSubmit={submit}>
      {error !== undefined && <p>{error}</p>}
      <Select
        label="Scenario"
        value={chosen?.name ?? ''}
        options={scenarios.map(({ name }) => [name, name] as const)}
        onChange={setScenario}
      />
      <p class="quiet">{chosen?.description}</p>
      <p>For agents that are made from now on and fit all of this:</p>
      <VendorChoice
        vendors={live.session.vendors}
        value={match['provider'] ?? ''}
        onChange={(provider) => setMatch({ ...match, provider })}
      />
      <Field
        label="Name (/…/ is a regular expression)"
        value={match['bot_name'] ?? ''}
        onChange={(bot_name) => setMatch({ ...match, bot_name })}
      />
      <Field
        label="Meeting URL"
        value={match['meeting_url'] ?? ''}
        onChange={(meeting_url) => setMatch({ ...match, meeting_url })}
      />
      <Times value={times} onChange={setTimes} />
    </Form>
  );
}
