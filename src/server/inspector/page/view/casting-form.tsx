import { useState } from 'preact/hooks';
import type { Live } from '../live.js';
import { Field, Select, withoutEmpty } from './fields.js';
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
      ...(times === '' ? {} : { times: Number(times) }),
    };
    if (await live.act({ method: 'POST', path: '/casting', body })) onDone();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {error !== undefined && <p>{error}</p>}
      <Select
        label="Scenario"
        value={chosen?.name ?? ''}
        options={scenarios.map(({ name }) => [name, name] as const)}
        onChange={setScenario}
      />
      <p class="quiet">{chosen?.description}</p>
      <p>For agents that are made from now on and fit all of this:</p>
      <Select
        label="Vendor"
        value={match['provider'] ?? ''}
        options={[['', 'any'], ...live.session.vendors.map(({ name, title }) => [name, title] as const)]}
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
      <Field label="How often (always, if empty)" value={times} onChange={setTimes} />
      <button type="submit" disabled={!chosen}>
        Cast it
      </button>
    </form>
  );
}
