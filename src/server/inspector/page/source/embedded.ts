import type { Call, Head, Line, Webhook } from '../model/line.js';
import type { Recorded } from './recorded.js';

/** The recordings that stand in this page, if it is a file. */
export function embeddedRecordings(page: ParentNode = document): Recorded[] {
  const heads = page.querySelectorAll('script[data-part="head"]');
  return [...heads].map((element) => {
    const number = element.getAttribute('data-recording')!;
    const parts = (part: string): Element[] => [
      ...page.querySelectorAll(`script[data-recording="${number}"][data-part="${part}"]`),
    ];
    const { title, ...head } = read<Head & { readonly title: string }>(element);
    return {
      title,
      head,
      lines: () => parts('entries').map((one) => read<Line[]>(one)),
      call: (id) => itemIn<Call>(parts('requests'), id),
      webhook: (id) => itemIn<Webhook>(parts('deliveries'), id),
    };
  });
}

const read = <T>(element: Element): T => JSON.parse(element.textContent) as T;

/** The item with this id, `req_12` say: only the element that can have it is read. */
async function itemIn<T extends { readonly id: string }>(
  elements: readonly Element[],
  id: string,
): Promise<T | undefined> {
  if (document.readyState === 'loading')
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve));
  const number = Number(id.replace(/^\w+_/, ''));
  const element = elements.findLast((one) => Number(one.getAttribute('data-first')) <= number);
  return element && read<T[]>(element).find((item) => item.id === id);
}
