import { describe, expect, test } from 'vitest';
import { check, checkUrl, markOf } from './judge-receiver.js';
import * as attendee from './wrong-receivers/attendee.js';
import { serve, SILENCE, type App } from './wrong-receivers/app.js';

describe.concurrent('An endpoint of which little can be judged', () => {
  test('an endpoint that never answers gets one finding, after three messages', async () => {
    let sent = 0;
    const silent: App = () => {
      sent++;
      return SILENCE;
    };
    const { findings, rules, marks, summary } = await check('cronofy', silent, { timeoutMs: 100 });
    expect(findings).toMatchObject([
      {
        rule: 'valid-accepted',
        message: 'The endpoint never answers: 3 right messages were waited for in vain',
        expected: 'a 2xx in time',
        was: 'no answer within 100 ms',
      },
    ]);
    expect([sent, rules.map(({ name }) => name), summary]).toEqual([
      3,
      ['valid-accepted'],
      expect.stringMatching(/^3 probes of cronofy; 0 of 1 marks;/),
    ]);
    for (const { name, of, unjudged } of marks!)
      if (name !== 'verifies-otherwise')
        expect([name, of > 0 || unjudged]).toEqual([name, of > 0 || 'nothing is answered']);
  });

  test('an endpoint that redirects gets one finding, which says where to', async () => {
    const { url, close } = await serve(() => 308, { location: '/webhooks/?token=hidden' });
    const { findings, rules } = await checkUrl('cronofy', url);
    await close();
    expect(findings).toMatchObject([
      {
        rule: 'valid-accepted',
        message: `The endpoint answers 308 to ${url}/, and the vendor does not follow`,
        was: '308',
      },
    ]);
    expect(rules).toHaveLength(1);
  });

  test.each([404, 405, 500])(
    'an endpoint that answers %i to everything gets one finding, and no mark for forgeries',
    async (status) => {
      const report = await check('attendee', () => status);
      expect(report.findings).toMatchObject([
        {
          rule: 'valid-accepted',
          message: expect.stringMatching(`answers ${status} to every message: is the path right`),
        },
      ]);
      expect(markOf(report, 'signature-wrong')).toMatchObject({
        of: 0,
        unjudged: expect.stringContaining(`${status}`),
      });
    },
  );

  const STYLE = `<style>${'body { color: #000 } '.repeat(500)}</style>`;
  test.each([
    [
      'a page for want of its CSRF token',
      403,
      `<!DOCTYPE html>\n<html><head><title>403 Forbidden</title>${STYLE}</head><body><h1>Forbidden <span>(403)</span></h1>\n<p>CSRF verification failed. Request aborted.</p>`,
      '403 "Forbidden (403) CSRF verification failed. Request aborted."',
    ],
    [
      'a page about its error',
      500,
      `<!DOCTYPE html><html><head><title>RuntimeError</title>${STYLE}<script>let a;</script></head><body><pre>The URL doesn&#x27;t end in a slash`,
      `500 "The URL doesn't end in a slash"`,
    ],
    ['JSON', 403, '{"error": "no\\ntenant"}', '403 "error: no tenant"'],
    ['a title alone', 500, '<html><head><title>Gateway down</title></head></html>', '500 "Gateway down"'],
  ])('an endpoint that refuses everything by %s has its words told', async (_, status, said, was) => {
    const { url, close } = await serve(() => status, {}, said);
    const { findings } = await checkUrl('attendee', url);
    await close();
    expect(findings).toMatchObject([{ rule: 'valid-accepted', was }]);
    if (status === 403) expect(findings[0]!.advice).toContain('@csrf_exempt');
  });

  test('an endpoint that knows one bot alone gets full marks with that bot, and else one finding', async () => {
    const knowing: App = (webhook) => {
      const status = attendee.right(webhook);
      return status === 200 && !webhook.body.includes('"bot_id": "bot_OfTheApp12345678"') ? 404 : status;
    };
    const unknown = await check('attendee', knowing);
    expect(unknown.findings).toMatchObject([
      { rule: 'valid-accepted', message: expect.stringMatching('answers 404 to every right message: does it know') },
    ]);
    expect(markOf(unknown, 'signature-wrong')).toMatchObject({ passed: 2, of: 2 });
    expect((await check('attendee', knowing, { bot: 'bot_OfTheApp12345678' })).findings).toEqual([]);
  });
});
