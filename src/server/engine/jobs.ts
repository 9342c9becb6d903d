import { Type, type TSchema } from '@sinclair/typebox';
import type { Micros } from '../../clock/instant.js';
import type { Job, JobArgs } from '../../clock/queue.js';
import type { World } from './world.js';

/** The code of a kind of job. The queue holds only its name and plain arguments. */
export interface JobDefinition {
  /** What a job of a snapshot must carry to be put back. */
  readonly args?: TSchema;
  /** The work in a few words, for `pending` and the report. */
  readonly label: string | ((job: Job) => string);
  readonly run: (world: World, job: Job) => void | Promise<void>;
}

/** The same with the arguments of the kind. */
export interface JobKind<Args> {
  readonly label: string | ((args: Args) => string);
  readonly run: (world: World, subject: string, args: Args) => void | Promise<void>;
}

/** Of kinds whose jobs carry nothing. */
export type NoArgs = undefined;
/** Of the kinds whose jobs carry something: a snapshot that is put back is held to them. */
export type ArgsSchemas<Kinds> = {
  readonly [K in keyof Kinds as Kinds[K] extends undefined ? never : K]?: TSchema & { readonly static: Kinds[K] };
};
type ArgsOf<Args> = [Args] extends [undefined] ? { readonly args?: undefined } : { readonly args: Args };

/** Kinds of jobs by name, with the arguments of each: what plans them, and what their code must be. */
export interface Jobs<Kinds extends object> {
  /** Puts a job in the queue, and returns the id with which it can be cancelled. */
  readonly plan: <K extends keyof Kinds & string>(
    world: World,
    kind: K,
    job: { readonly due: Micros; readonly subject: string } & ArgsOf<Kinds[K]>,
  ) => number;
  /** The kind, as the queue has it. */
  readonly kindOf: (kind: keyof Kinds & string) => string;
  /** Gives each kind its code, for the table of a world. */
  readonly define: (kinds: { readonly [K in keyof Kinds]: JobKind<Kinds[K]> }) => Readonly<
    Record<string, JobDefinition>
  >;
}

/**
 * Declares kinds of jobs. What plans a job needs no code of it, so that the two may stand in files that do not import
 * each other; a kind without code does not compile.
 *
 * @example
 * const jobs = defineJobs<{ ring: NoArgs; snooze: { times: number } }>('alarm');
 * jobs.plan(world, 'snooze', { due, subject: 'alarm_1', args: { times: 2 } });
 */
export function defineJobs<Kinds extends object>(prefix: string, schemas: ArgsSchemas<Kinds> = {}): Jobs<Kinds> {
  const names = new Map<string, string>();
  // The same text for each job: it is looked up whenever one begins, and a new one would have to be read first.
  const kindOf = (kind: string): string => {
    let name = names.get(kind);
    if (name === undefined) names.set(kind, (name = `${prefix}.${kind}`));
    return name;
  };
  return {
    kindOf,
    plan: (world, kind, { due, subject, args }) =>
      world.clock.schedule({ due, kind: kindOf(kind), subject, args: args as JobArgs | undefined }),
    define: (kinds) =>
      Object.fromEntries(
        (Object.entries(kinds) as [string, JobKind<JobArgs>][]).map(([kind, { label, run }]) => [
          kindOf(kind),
          {
            args: (schemas as Readonly<Record<string, TSchema>>)[kind] ?? Type.Object({}),
            label: typeof label === 'string' ? label : (job: Job) => label(job.args),
            run: (world: World, job: Job) => run(world, job.subject ?? '', job.args),
          },
        ]),
      ),
  };
}
