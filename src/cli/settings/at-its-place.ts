import type { CastingBody } from '../../contracts/control/casting.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { GreenroomError } from '../../errors.js';
import type { FlagValues } from './flags.js';
import { placeOf } from './sources.js';

/** How a server begins to refuse an option, and the flag that gives it. */
const OPTIONS: readonly (readonly [refusal: RegExp, flag: string])[] = [
  [/^Failed to set the clock: /, 'start'],
  [/^Failed to open a host for webhooks: /, 'allow-host'],
  [/^Failed to forward webhooks: /, 'forward-to'],
  [/^Failed to let web pages in: /, 'cors'],
];

/** Says of what a server refuses where it was said: the flag, the variable, or the setting of a file. */
export function atItsPlace(values: FlagValues): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof GreenroomError)) throw error;
    const { code, message, details } = error;
    throw new GreenroomError(
      code,
      (code === 'UNKNOWN_SCENARIO' ? ofScenario : ofOption)(message, values, details),
      details,
    );
  };
}

function ofOption(message: string, values: FlagValues): string {
  const [refusal, flag] = OPTIONS.find(([refusal, flag]) => refusal.test(message) && values[flag] !== undefined) ?? [];
  if (refusal && flag !== undefined) return message.replace(refusal, `Failed to read ${placeOf(values, flag)}: `);
  return message.replace(/^Failed to read the setting \/(\w+)\/(\w+): /, (whole, vendor: string, setting: string) => {
    const { access } = VENDOR_LIST.find(({ name }) => name === vendor) ?? {};
    const given = access?.flags.find((one) => one.setting === setting && values[one.name] !== undefined);
    if (given) return `Failed to read ${placeOf(values, given.name)}: `;
    return values[vendor] === undefined
      ? whole
      : `Failed to read ${placeOf(values, vendor)}: at /${vendor}/${setting}, `;
  });
}

function ofScenario(message: string, values: FlagValues, details: GreenroomError['details']): string {
  const { scenario } = details as { readonly scenario: string };
  const place = placeOfScenario(values, scenario);
  const [, end = ''] = / is none of that name\.(.*)$/s.exec(message) ?? [];
  return place === undefined
    ? message
    : `Failed to read ${place}expected the name of a scenario, was "${scenario}".${end}`;
}

function placeOfScenario(values: FlagValues, scenario: string): string | undefined {
  if (values['scenario'] === scenario) return `${placeOf(values, 'scenario')}: `;
  const rules = JSON.parse((values['casting'] as string | undefined) ?? '[]') as readonly CastingBody[];
  const index = rules.findIndex((rule) => rule.scenario === scenario);
  return index < 0 ? undefined : `${placeOf(values, 'casting')}: at /casting/${index}/scenario, `;
}
