import { parseDuration } from '../../clock/duration.js';
import type { Micros } from '../../clock/instant.js';
import type { ScenarioFile } from '../../contracts/control/scenario.js';
import { describe } from '../../contracts/schema.js';
import { invalidScenario } from './read.js';

export interface Person {
  readonly id: string;
  readonly name: string | undefined;
  readonly host: boolean;
}

/** Something that happens in a meeting, so long after its start. */
export type Beat =
  | { readonly at: Micros; readonly what: 'joins' | 'leaves'; readonly who: Person }
  | {
      readonly at: Micros;
      readonly what: 'speaks';
      readonly who: Person;
      readonly text: string | undefined;
      readonly lasts: Micros;
    }
  | { readonly at: Micros; readonly what: 'ends' };

/** A scenario made ready to play: every duration in microseconds, every beat in order. */
export interface Story {
  readonly name: string;
  readonly description: string;
  readonly plays: boolean;
  readonly lobbyReached: Micros;
  /** `null`: nobody ever admits the agent. */
  readonly admitted: Micros | null;
  /** False if the host never comes. */
  readonly starts: boolean;
  /** False if the meeting's own captions cannot be turned on. */
  readonly captions: boolean;
  readonly recordingAllowed: Micros;
  readonly artefactsReady: Micros;
  /** When the meeting ends, from its start. */
  readonly end: Micros;
  readonly beats: readonly Beat[];
}

const DEFAULTS = {
  lobbyReached: '1s',
  admitted: '4s',
  recordingAllowed: '1s',
  artefactsReady: '30s',
  ends: '30m',
  lasts: '4s',
};

/** Makes a valid scenario file ready to play. Throws INVALID_SCENARIO for a duration or a name that makes no sense. */
export function prepareStory(name: string, file: ScenarioFile, source: string): Story {
  const fail = (pointer: string, expected: string, was: unknown): never => {
    throw invalidScenario(name, source, { pointer, expected, was: describe(was) });
  };
  const duration = (value: string | number, pointer: string): Micros =>
    parseDuration(value) ?? fail(pointer, 'a duration such as "90s"', value);
  const end = duration(file.ends?.at ?? DEFAULTS.ends, '/ends/at');
  const instant = (value: { at: string | number } | { from_end: string | number }, pointer: string): Micros =>
    'at' in value ? duration(value.at, `${pointer}/at`) : end - duration(value.from_end, `${pointer}/from_end`);

  const people = (file.participants ?? []).map(({ id, name: called, host = false }): Person => ({
    id,
    name: called,
    host,
  }));
  const personOf = (id: string, pointer: string): Person =>
    people.find((person) => person.id === id) ??
    fail(pointer, `one of the participants ${people.map((p) => p.id).join(', ')}`, id);

  const beats: Beat[] = [{ at: end, what: 'ends' }];
  (file.participants ?? []).forEach(({ joins = { at: 0 }, leaves }, i) => {
    const who = people[i]!;
    beats.push({ at: instant(joins, `/participants/${i}/joins`), what: 'joins', who });
    if (leaves) beats.push({ at: instant(leaves, `/participants/${i}/leaves`), what: 'leaves', who });
  });
  if (Array.isArray(file.speech)) {
    file.speech.forEach(({ at, by, says, lasts = DEFAULTS.lasts }, i) => {
      const who = personOf(by, `/speech/${i}/by`);
      beats.push({
        at: duration(at, `/speech/${i}/at`),
        what: 'speaks',
        who,
        text: says,
        lasts: duration(lasts, `/speech/${i}/lasts`),
      });
    });
  } else if (file.speech && people.length > 0) {
    const { utterances } = file.speech;
    const gap = Math.floor(end / (utterances + 1));
    for (let i = 1; i <= utterances; i++) {
      const who = people[i % people.length]!;
      beats.push({
        at: i * gap,
        what: 'speaks',
        who,
        text: undefined,
        lasts: Math.min(gap, parseDuration(DEFAULTS.lasts)!),
      });
    }
  }
  // A stable sort: beats of one instant stay in the order in which the file tells them, the end last.
  beats.sort((a, b) => a.at - b.at || Number(a.what === 'ends') - Number(b.what === 'ends'));
  const admitted = file.lobby?.admitted;
  return {
    name,
    description: file.description,
    plays: file.plays ?? true,
    lobbyReached: duration(file.lobby?.reached.after ?? DEFAULTS.lobbyReached, '/lobby/reached/after'),
    admitted: admitted === 'never' ? null : duration(admitted?.after ?? DEFAULTS.admitted, '/lobby/admitted/after'),
    starts: file.starts !== 'never',
    captions: file.captions !== 'unavailable',
    recordingAllowed: duration(file.recording?.allowed.after ?? DEFAULTS.recordingAllowed, '/recording/allowed/after'),
    artefactsReady: duration(file.artefacts?.ready.after ?? DEFAULTS.artefactsReady, '/artefacts/ready/after'),
    end,
    beats: beats.slice(0, beats.findIndex((beat) => beat.what === 'ends') + 1),
  };
}
