import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkDrift } from '../../src/checks/drift/check.js';
import { Usage } from '../../src/checks/drift/usage.js';
import { checkTraffic } from '../../src/checks/traffic/check.js';
import { CHANGE_KINDS } from '../../src/contracts/versions/changes.js';
import { toHar, type JournalCall } from '../../src/contracts/har.js';
import { coverageOfContracts } from '../../src/contracts/coverage/of-contracts.js';
import { VENDOR_LIST, VENDORS } from '../../src/contracts/vendors.js';
import { fitsRange } from '../../src/contracts/versions/versions.js';
import { startGreenroom } from '../../src/index.js';
import { har, temporaryFolder } from '../support/har.js';
import { attendee, botRequest, control } from '../support/room.js';

const vendor = VENDORS.attendee;
const drift = (from: string, to: string, usage?: Usage) => checkDrift({ vendor, from, to, usage, unreleased: false });
const idOf = ({ message }: { message: string }): string => /\[([\w-]+)\]/.exec(message)![1]!;

describe('The drift between two versions', () => {
  test('has every row between them, in words, with its certainty', () => {
    const { findings, summary } = drift('1.64.1', '1.81.1');
    const rows = vendor.versions.changes.filter(
      ({ since, certainty }) =>
        since !== undefined && fitsRange(since, '<=1.81.1') && !['unproven', 'proposed'].includes(certainty),
    );
    expect(findings.map(idOf).sort()).toEqual(
      [...rows, rows.find(({ id }) => id === 'sync-to-room')!].map(({ id }) => id).sort(),
    );
    expect(summary).toBe('16 changes of Attendee from 1.64.1 to 1.81.1.');
    expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(['note']));
    expect(findings.find((one) => idOf(one) === 'teams-language-enforcement')?.message).toMatch(/^with 1\.81\.0: /);
    expect(findings.find((one) => idOf(one) === 'gpt-transcribe')?.message).toMatch(
      /^after 1\.81\.0, taken for 1\.81\.1: /,
    );
    expect(findings.find((one) => idOf(one) === 'room-sync')?.message).toMatch(/^by 1\.75\.0, and not in 1\.65\.0: /);
    // Both ends of what came and went are known, each in its own way.
    expect(findings.filter((one) => idOf(one) === 'sync-to-room').map(({ message }) => message.split(': ')[0])).toEqual(
      ['by 1.75.0, and not in 1.65.0', 'after 1.81.0, taken for 1.81.1'],
    );
  });

  test('has every row of the versions before the recorded one, too', () => {
    const { findings, summary } = drift('1.16.10', '1.64.1');
    const rows = vendor.versions.changes.filter(({ since, until }) => since === undefined && until !== undefined);
    expect(findings.map(idOf).sort()).toEqual(rows.map(({ id }) => id).sort());
    expect(summary).toBe('31 changes of Attendee from 1.16.10 to 1.64.1.');
  });

  test('has every kind of change in some row: a kind without one would be code for nothing', () => {
    const changes = VENDOR_LIST.flatMap(({ versions }) => versions?.changes ?? []).flatMap(({ changes }) => changes);
    expect([...new Set(changes.map(({ kind }) => kind))].sort()).toEqual(Object.keys(CHANGE_KINDS).sort());
  });

  test.each<[string, string]>([
    ['without a call', JSON.stringify({ log: { entries: [] } })],
    ['of other hosts', har([{ url: 'https://elsewhere.example/api/v1/bots', answer: {} }])],
    ['of another vendor', har([{ url: 'https://api.cronofy.com/v1/calendars', answer: {} }])],
    ['that is empty', ''],
  ])('is not judged by a recording %s: nothing of it would ever touch the app', async (_, text) => {
    const folder = temporaryFolder();
    const usage = new Usage(vendor);
    await expect(usage.readRecording(folder.write('app.har', text), [])).rejects.toThrow(
      /^Failed to judge \S+app\.har: expected calls of Attendee/,
    );
    folder.end();
  });

  test('is empty from a version to itself, and leads back in time too', () => {
    expect(drift('1.81.1', '1.81.1').findings).toEqual([]);
    expect(drift('1.81.1', '1.64.1').findings).toHaveLength(drift('1.64.1', '1.81.1').findings.length);
    expect(drift('1.63.0', '1.62.1').findings).toEqual([]);
    expect(drift('1.64.0', '1.63.0').findings[0]!.message).toMatch(/^Taken back \(with 1\.64\.0\): Teams says who/);
  });

  test('says what of it an app touches, from its calls, its webhooks and its coverage', async () => {
    const folder = temporaryFolder();
    await using room = await startGreenroom({ attendee: { version: '1.81.0' } });
    const more = { room_sync_settings: { sync_to_room: true } };
    const { id } = (await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', undefined, more)))
      .json;
    await room.clock.until({ subject: id, state: 'staged' });
    await attendee(room, 'POST', `/api/v1/bots/${id}/leave`);
    await room.clock.until('idle');
    const journal = folder.write('journal.json', JSON.stringify(await room.requests.list()));
    const timeline = folder.write('timeline.json', (await control(room, 'GET', '/timeline')).text);
    const usage = new Usage(vendor);
    await usage.readRecording(journal, []);
    await usage.readRecording(timeline, []);
    const touched = drift('1.64.1', '1.81.1', usage).findings.filter(({ rule }) => rule !== 'changed');
    expect(touched.map((one) => [idOf(one), one.severity])).toEqual([
      ['room-sync', 'warning'],
      ['sync-to-room', 'error'],
      ['staged-bot-can-leave', 'warning'],
      ['leaving-can-fail-to-join', 'warning'],
      ['sub-types-before-joining', 'error'],
      ['leave-while-staged-is-fatal', 'error'],
      ['prejoin-switch', 'error'],
      ['sync-to-room', 'error'],
    ]);
    expect(touched[1]!.message).toContain('createBot was sent with /room_sync_settings/sync_to_room.');

    const coverage = new Usage(vendor);
    const counts = { 'attendee operations createBot 201': 1, 'attendee operations leaveMeeting 200': 2 };
    const report = coverageOfContracts([vendor.contract], counts);
    await coverage.readCoverage(folder.write('coverage.json', JSON.stringify(report)));
    const told = drift('1.64.1', '1.81.1', coverage).findings.filter(({ rule }) => rule !== 'changed');
    expect(told.map(idOf)).toContain('leave-while-staged-is-fatal');
    expect(told.find((one) => idOf(one) === 'webinar-user-email')?.message).toContain(
      'whether /zoom_settings/webinar_user_email is sent cannot be told',
    );

    // A recording of greenroom says its version, and is judged by it.
    const { requests } = JSON.parse(readFileSync(journal, 'utf8')) as { requests: JournalCall[] };
    const plain = requests.map((call): JournalCall => ({ ...call, version: undefined as never }));
    const judge = async (calls: readonly JournalCall[], versions?: ReadonlyMap<string, string>) => {
      const file = folder.write('app.har', JSON.stringify(toHar(calls, '0')));
      const options = { vendors: VENDOR_LIST, baseUrls: [], refused: false, ...(versions ? { versions } : {}) };
      return (await checkTraffic([file], options)).findings.map(({ rule, severity }) => `${rule} ${severity}`);
    };
    expect(await judge(requests)).toEqual([]);
    const unknown = ['request-body error', 'misspelt-field warning'];
    expect(await judge(plain)).toEqual(unknown);
    expect(await judge(plain, new Map([['attendee', '1.81.0']]))).toEqual([]);
    expect(await judge(requests.map((call) => ({ ...call, version: '1.60.0' })))).toEqual(unknown);
    expect(await judge(requests.map((call) => ({ ...call, version: '1.99.0' })))).toEqual([]);
    folder.end();
  });
});
