import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createGreenroom, startGreenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';
import { apart, lockstepRoom, log, note, rooms } from './lockstep-room.js';

apart();

describe('Timers that Vitest has faked', () => {
  const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] as const;

  test('move with the room, and stay faked when it lets them go', async () => {
    vi.useFakeTimers({ toFake: [...toFake] });
    setTimeout(() => note('set before'), 1000);
    const room = await lockstepRoom();
    setTimeout(() => note('set after'), 2000);
    await room.clock.advance({ by: '1m' });
    expect(log).toEqual(['09:00:01.000 set before', '09:00:02.000 set after']);
    await room.close();
    expect(vi.isFakeTimers()).toBe(true);
    setTimeout(() => note('moved by vi'), 1000);
    vi.advanceTimersByTime(1000);
    expect(log.at(-1)).toContain('moved by vi');
  });

  test('move with the room when all that Vitest fakes by itself is faked', async () => {
    vi.useFakeTimers();
    const room = await startGreenroom({ lockstep: true });
    rooms.push(room);
    setTimeout(() => note('timer'), 1000);
    expect((await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined))).status).toBe(201);
    await room.clock.advance({ by: '1m' });
    expect(log).toEqual(['09:00:01.000 timer']);
  });

  test('may be moved by the room alone', async () => {
    vi.useFakeTimers({ toFake: [...toFake] });
    const room = await lockstepRoom();
    vi.advanceTimersByTime(1000);
    await expect(room.clock.advance({ by: '1m' })).rejects.toThrow(/moved to 2026-01-01T09:00:01Z by somebody else/);
  });

  test('may not be taken away meanwhile', async () => {
    vi.useFakeTimers({ toFake: [...toFake] });
    const room = await lockstepRoom();
    vi.useRealTimers();
    await expect(room.clock.advance({ by: '1m' })).rejects.toMatchObject({ code: 'LOCKSTEP_BROKEN' });
  });

  test('are refused if they are faked by halves, or microtasks with them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    await expect(createGreenroom({ lockstep: true })).rejects.toThrow(/only setTimeout is faked/);
    vi.useFakeTimers({ toFake: [...toFake, 'queueMicrotask'] });
    await expect(createGreenroom({ lockstep: true })).rejects.toThrow(/never come to rest/);
  });

  test('before greenroom was imported, greenroom refuses to start on them', async () => {
    vi.useFakeTimers();
    vi.resetModules();
    // The files after this one get a greenroom that was imported before.
    onTestFinished(() => void vi.resetModules());
    const late = await import('../../src/index.js');
    await expect(late.startGreenroom()).rejects.toMatchObject({ code: 'FAKED_TIMERS' });
  });
});
