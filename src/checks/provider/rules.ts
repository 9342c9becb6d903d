import { rule, type Rule } from '../report.js';

const TELL = 'Tell greenroom of it: its contract is behind the vendor, or the vendor has a fault.';
const READY = `Make the client ready for it. ${TELL}`;

/** Everything that `check provider` looks for: what the vendor does beyond the contract, and what it owes to it. */
export const PROVIDER_RULES = [
  rule('unreachable', 'error', 'The API does not answer', 'Look at the URL, the network and --timeout.'),
  rule('key-refused', 'error', 'The API refuses the key', 'Give a key of this project, and of this data centre.'),
  rule('operation-missing', 'error', 'The API does not have an operation of the contract', READY),
  rule('auth-not-enforced', 'error', 'The API serves a call without a credential', TELL),
  rule('unexpected-status', 'error', 'The API answers a probe otherwise than the contract says', READY),
  rule('undocumented-status', 'warning', 'The API answers with a status that the contract does not have', READY),
  rule('answer-lacks', 'error', 'An answer lacks what the contract promises', READY),
  rule('answer-outside', 'error', 'An answer has a value outside the contract', READY),
  rule('answer-new-field', 'note', 'An answer has a field that the contract does not know', TELL),
  rule('answer-not-empty', 'warning', 'An answer has a body where the contract has none', READY),
  rule('content-type', 'warning', 'An answer has another content type than the contract says', READY),
  rule('challenge-missing', 'warning', 'A 401 comes without WWW-Authenticate', READY),
  rule('fixture-differs', 'note', 'The answer to a vendor’s own example lacks what the example’s answer has', TELL),
  rule('write-not-kept', 'error', 'What was written is not read back', READY),
  rule('not-cleaned-up', 'error', 'What the check made could not be removed', 'Remove it by hand: its id stands here.'),
  rule(
    'newer-version',
    'note',
    'The API says a version that is newer than greenroom knows',
    'What differs is told as a note. Look for a newer greenroom, and what its docs/versions.md has.',
  ),
  rule('redirected', 'error', 'The API sends its callers elsewhere', 'Check the URL to which it leads.'),
  rule(
    'turned-away',
    'error',
    'The API turned the check away for its rate before all was judged',
    'Run the check again later; what it had made was removed.',
  ),
  rule(
    'nothing-judged',
    'error',
    'No probe was answered as the contract says',
    'Look whether the API of this vendor is at this URL, and in order.',
  ),
  rule('rate-limited', 'note', 'The API turned a probe away for its rate', 'Run the check again later.'),
  rule('interrupted', 'error', 'The check was interrupted', 'Run it again; what it had made was removed.'),
] as const satisfies readonly Rule[];

export type ProviderRule = (typeof PROVIDER_RULES)[number]['name'];
