import type { UnsupportedWord } from '../vendor.js';

/** What of a story Cronofy has no word for: its three callbacks tell of the activation, the success and the failure. */
export const unsupported: readonly UnsupportedWord[] = [
  { word: '/launch', is: 'out_of_credits', never: true, why: 'its account has no credits that could run out' },
  { word: '/breakout_rooms', why: 'nothing tells of breakout rooms' },
  { word: '/chat', why: 'no resource holds the chat' },
  { word: '/captions', why: "it does not use the meeting's captions" },
  { word: '/recording/denied', why: 'no callback tells of it; the agent hears nothing, and its transcript is empty' },
  { word: '/recording/withdrawn', why: 'no callback tells of it; the agent hears nothing from then on' },
  { word: '/recording/because', why: 'no callback tells why an agent may not record' },
  { word: '/leaves', why: 'no callback tells that an agent leaves; it completes' },
  { word: '/removed', why: 'no callback tells of a removal; the agent completes' },
  { word: '/lobby/denied/by', why: 'no callback names who turned the agent away' },
  { word: '/crash/how', why: 'meeting_agent_failed does not say how an agent broke' },
  { word: '/joining/fails', why: 'meeting_agent_failed does not say why; the reason stands in the timeline alone' },
  { word: '/artefacts/transcript/fails', why: 'an agent without a transcript completes without that resource' },
];
