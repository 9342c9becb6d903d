import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/clock/duration.js';
import { compareInstants, formatInstant, httpDate, nextOnGrid, parseInstant } from '../../src/clock/instant.js';

describe('Instants', () => {
  test('are written so that reading them back loses nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8_000_000_000_000_000 }), (at) => {
        expect(parseInstant(formatInstant(at))).toBe(at);
      }),
    );
  });

  test('are in order as texts, with a fraction of a second or without one', () => {
    const instants = fc.integer({ min: 0, max: 8_000_000_000 }).map((at) => at * 500_000);
    fc.assert(
      fc.property(instants, fc.integer({ min: -3, max: 3 }), (at, halves) => {
        const other = Math.max(0, at + halves * 500_000);
        expect(compareInstants(formatInstant(at), formatInstant(other))).toBe(at - other);
      }),
    );
  });

  test.for([
    ['2026-01-01T09:00:00Z', '2026-01-01T09:00:00Z'],
    ['2026-01-01T10:30:00+01:30', '2026-01-01T09:00:00Z'],
    ['2026-01-01T09:00:00.5Z', '2026-01-01T09:00:00.500Z'],
    ['2026-01-01T09:00:00.000001Z', '2026-01-01T09:00:00.000001Z'],
    ['2026-01-01T09:00Z', '2026-01-01T09:00:00Z'],
    ['1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59.500Z'],
  ] as const)('%s is %s', ([text, written]) => {
    expect(formatInstant(parseInstant(text)!)).toBe(written);
  });

  test.for([
    '',
    'noon',
    '2026-01-01',
    '2026-01-01T09:00:00',
    '2026-02-30T09:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-13-01T00:00:00Z',
  ])('"%s" is none', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test('are rounded down where only seconds show', () => {
    expect(httpDate(parseInstant('2026-01-01T09:00:00.999999Z')!)).toBe('Thu, 01 Jan 2026 09:00:00 GMT');
  });

  test('lie on a grid from themselves on', () => {
    expect([nextOnGrid(0, 60), nextOnGrid(1, 60), nextOnGrid(60, 60)]).toEqual([0, 60, 60]);
  });
});

describe('Durations', () => {
  test.for([
    ['5m', 300_000_000],
    ['90s', 90_000_000],
    ['1h30m', 5_400_000_000],
    ['0.5s', 500_000],
    ['PT5M', 300_000_000],
    ['P1DT2H', 93_600_000_000],
    ['1d', 86_400_000_000],
    ['250us', 250],
    ['0', 0],
    [1500, 1_500_000],
    [0, 0],
  ] as const)('%s is %i microseconds', ([text, micros]) => {
    expect(parseDuration(text)).toBe(micros);
  });

  test.for(['', 'soon', '5', '5 m', '-5m', 'P', 'PT', -1, Number.NaN] as const)('%s is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('are written in the units that they are read in', () => {
    fc.assert(
      fc.property(fc.nat(), (micros) => {
        expect(parseDuration(formatDuration(micros))).toBe(micros);
      }),
    );
  });
});
