import { findOperation } from '../../src/contracts/find-operation.js';
import type { Operation } from '../../src/contracts/contract.js';
import { describeControl } from '../../src/contracts/control/operations.js';
import { controlSchemas } from '../../src/contracts/control/schemas.js';
import { mismatches } from '../../src/contracts/schemas/schema.js';
import { VENDOR_LIST } from '../../src/contracts/vendors.js';

const { operations, refusal } = describeControl('0', VENDOR_LIST);
const { lines } = controlSchemas(VENDOR_LIST);

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Where an answer of the control plane is not as it is described, from which the client has its types; empty if it is. */
export function undescribed(method: string, path: string, { status, text }: Answer): unknown[] {
  if (status >= 400) return mismatches(refusal!.body!, JSON.parse(text));
  const route = path.split('?')[0]!;
  const operation = findOperation({ operations: operations as unknown as Operation[] }, method, `/_greenroom${route}`);
  const response = operation?.responses[status];
  if (!response) return [`${method} ${route} → ${status} is not described`];
  if (!response.body) return text === '' ? [] : [text];
  if (/jsonl|html/.test(response.contentType ?? '')) return mismatches(response.body, text);
  const answer = JSON.parse(text) as { readonly entries?: readonly { readonly kind: string }[] };
  const entries = operation.id === 'readTimeline' ? answer.entries! : [];
  return [...mismatches(response.body, answer), ...entries.flatMap(undescribedLine)];
}

/** The same for a line of the timeline, whose kinds have fields of their own. */
function undescribedLine(entry: { readonly kind: string }): unknown[] {
  const schema = Object.entries(lines).find(([kind]) => kind === entry.kind)?.[1];
  return schema ? mismatches(schema, entry) : [`a line of the kind ${entry.kind} is not described`];
}
