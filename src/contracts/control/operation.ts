import type { TSchema } from '@sinclair/typebox';
import type { DescribedOperation, DescribedResponse } from '../openapi.js';

export const json = (description: string, body: TSchema): DescribedResponse => ({ description, body });
const NO_CONTENT: DescribedResponse = { description: 'Done' };

interface Row {
  readonly summary: string;
  readonly ok: readonly [status: 200 | 201 | 202 | 204, answer: DescribedResponse];
  readonly body?: TSchema;
  readonly query?: TSchema;
  readonly also?: Readonly<Record<number, DescribedResponse>>;
}

/** One operation of the control plane. Every path stands under `/_greenroom`. */
export const operation = (
  id: string,
  route: string,
  { summary, ok, body, query, also = {} }: Row,
): DescribedOperation => {
  const [method, path] = route.split(' ') as [string, string];
  return {
    id,
    method,
    path: `/_greenroom${path}`,
    summary,
    auth: 'control',
    ...(body ? { body } : {}),
    ...(query ? { query } : {}),
    responses: { ...also, [ok[0]]: ok[1] },
  };
};

export const ok = (description: string, body: TSchema): Row['ok'] => [200, json(description, body)];

/** JSON, and a text for people with `Accept: text/plain`. */
export const okOrText = (description: string, body: TSchema): Row['ok'] => [
  200,
  { ...json(`${description}; as text for people with Accept: text/plain`, body), isAlsoText: true },
];
export const done: Row['ok'] = [204, NO_CONTENT];
