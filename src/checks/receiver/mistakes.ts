import type { Change, Deviation, MessageHeaders, SigningSteps } from '../../contracts/signing.js';
import type { Finding } from '../finding.js';
import { BODY_CHANGES, IN_BASE64, KEY_CHANGES, MATERIAL_CHANGES } from '../signature/deviations.js';
import type { Contact } from './contact.js';
import { firstOf, RequestFactory, type ProbeContext } from './request-factory.js';
import type { ProbeRequest } from './send.js';
import { isAccepted } from './verdict.js';

/** A message signed with a mistake, or with two: a receiver that believes it makes the same. */
interface Mistake {
  readonly deviations: readonly Deviation[];
  readonly request: ProbeRequest;
}

interface Departure {
  readonly deviations: readonly Deviation[];
  readonly steps: Partial<SigningSteps>;
}

/** What a receiver believes that it should not. */
export interface Mistakes {
  readonly found: readonly Finding[];
  /** The app stopped before all were tried. */
  readonly isCut: boolean;
}

/** Makes each known mistake on purpose, and if none is believed each of them with a body in base64. */
export async function findMistakes(context: ProbeContext, contact: Contact): Promise<Mistakes> {
  const factory = new RequestFactory({ ...context, run: context.run.replace(/^./, 'f') });
  const singles = await believedOf(makeMistakes(singlesOf(context), context, factory), contact);
  const { believed, isCut } =
    singles.believed.length > 0
      ? singles
      : await believedOf(makeMistakes(inBase64(context), context, factory), contact);
  const found = believed.map(({ deviations }): Finding => ({
    rule: 'verifies-otherwise',
    severity: 'error',
    message: `${deviations.map(({ name }) => name).join(' + ')}: ${deviations.map(({ title }) => title).join('; ')}; such a message was believed`,
    where: { provider: context.vendor.name },
    expected: 'a 4xx',
    was: 'a 2xx',
    advice: deviations.map(({ advice }) => advice).join(' '),
  }));
  return { found, isCut };
}

async function believedOf(
  mistakes: readonly Mistake[],
  contact: Contact,
): Promise<{ readonly believed: readonly Mistake[]; readonly isCut: boolean }> {
  const believed: Mistake[] = [];
  let isCut = false;
  for (const mistake of mistakes) {
    const { request, deviations } = mistake;
    const reaction = await contact.send({ label: `a message with the mistake ${deviations[0]!.name}`, request });
    if (isAccepted(reaction)) believed.push(mistake);
    isCut ||= reaction === undefined;
  }
  return { believed, isCut };
}

function singlesOf({ vendor: { signing } }: ProbeContext): Departure[] {
  const { mistakes, material } = signing;
  return [
    ...[...MATERIAL_CHANGES, ...mistakes.material].map((change) => departure([change], { material: change.apply })),
    ...[...KEY_CHANGES, ...mistakes.key].map((change) => departure([change], { key: change.apply })),
    ...BODY_CHANGES.map((change) => departure([change], { material: changed(change, material) })),
  ];
}

const inBase64 = (context: ProbeContext): Departure[] =>
  singlesOf(context).map(({ deviations, steps }) => ({
    deviations: [IN_BASE64, ...deviations],
    steps: { ...steps, material: changed(IN_BASE64, steps.material ?? context.vendor.signing.material) },
  }));

const departure = (deviations: readonly Deviation[], steps: Partial<SigningSteps>): Departure => ({
  deviations,
  steps,
});

const changed =
  (change: Change<Buffer>, material: SigningSteps['material']): SigningSteps['material'] =>
  (body: Buffer, headers: MessageHeaders) => {
    const bytes = change.apply(body);
    return bytes && material(bytes, headers);
  };

function makeMistakes(departures: readonly Departure[], context: ProbeContext, factory: RequestFactory): Mistake[] {
  const { text: pattern } = firstOf(context);
  return departures.flatMap(({ deviations, steps }) => {
    const text = factory.renew(pattern);
    const signature = factory.otherwise(text, steps);
    if (signature === undefined || signature === factory.signature(text)) return [];
    return [{ deviations, request: factory.sign(text, signature) }];
  });
}
