import { GreenroomError } from '../../errors.js';
import type { Explorer } from '../searching/explorer.js';
import { plainOf } from '../stories/plain.js';
import type { RecordedLife } from '../playing/life.js';
import type { ExploreFinding } from './report.js';
import { hashOf, keyOf, type Story } from '../stories/story.js';

/** A story that was played once more beside its quiet life, and what was found in it. */
export interface RecordedStory {
  readonly story: Story;
  readonly findings: readonly ExploreFinding[];
  /** Numbers into the lives. */
  readonly quiet: number;
  readonly failing: number;
  /** It failed this time, too. */
  readonly fails: boolean;
}

export interface Recorded {
  readonly lives: readonly (RecordedLife & { readonly title: string })[];
  readonly stories: readonly RecordedStory[];
  /** Why the others are not there. */
  readonly missed?: string;
}

/** A story that fails now and then is played so often until it does. */
const MOST_PLAYS = 4;

/** Plays stories once more, each quiet life once for all of them. */
export class Recorder<A> {
  readonly #explorer: Explorer<A>;
  readonly #lives: (RecordedLife & { readonly title: string })[] = [];
  readonly #stories: RecordedStory[] = [];
  readonly #quiet = new Map<string, number>();

  constructor(explorer: Explorer<A>) {
    this.#explorer = explorer;
  }

  /** What was found, each beside its quiet life; that of the plainest story alone, if it was nothing. */
  async findings(findings: readonly ExploreFinding[], plainest: Story): Promise<Recorded> {
    return this.#done(async () => {
      if (findings.length === 0) await this.#quietOf(plainest, false);
      for (const finding of findings) await this.#story(finding.story, [finding]);
    });
  }

  /** One story, with all that is wrong with it. */
  async story(story: Story, findings: readonly ExploreFinding[]): Promise<Recorded> {
    return this.#done(() => this.#story(story, findings));
  }

  /** An app that does not start again ends it; what was recorded until then is kept. */
  async #done(record: () => Promise<void>): Promise<Recorded> {
    const { notes } = this.#explorer;
    const said = notes.length;
    try {
      await record();
      return { lives: this.#lives, stories: this.#stories };
    } catch (error) {
      if (!(error instanceof GreenroomError)) throw error;
      return { lives: this.#lives, stories: this.#stories, missed: error.message };
    } finally {
      // The report is the same, whether somebody looks at it or not.
      notes.length = said;
    }
  }

  async #story(story: Story, findings: readonly ExploreFinding[]): Promise<void> {
    let life: RecordedLife | undefined;
    let [fails, waited] = [false, false];
    for (let played = 0; played < MOST_PLAYS && !fails; played++) {
      const { outcome, problems } = await this.#explorer.judgeAgain(story, { keep: (kept) => (life = kept) });
      fails = problems.some(({ oracle }) => findings.some((finding) => finding.oracle === oracle));
      ({ waited } = outcome);
      if (findings.length === 0) break;
    }
    const quiet = await this.#quietOf(story, waited);
    this.#stories.push({ story, findings, quiet, fails, failing: this.#keep(`story ${hashOf(story)}`, life!) });
  }

  /** The quiet life of a story, as long as that was: a day more, if it had one to mend what it had missed. */
  async #quietOf(story: Story, waited: boolean): Promise<number> {
    const plain = plainOf(story);
    const key = `${waited} ${keyOf(plain)}`;
    const known = this.#quiet.get(key);
    if (known !== undefined) return known;
    let life: RecordedLife | undefined;
    await this.#explorer.playAgain(plain, {
      keep: (kept) => (life = kept),
      ...(waited ? { isFine: () => false } : {}),
    });
    const number = this.#keep(`quiet life of ${plain.scenario}${waited ? ', a day longer' : ''}`, life!);
    this.#quiet.set(key, number);
    return number;
  }

  #keep(title: string, life: RecordedLife): number {
    return this.#lives.push({ ...life, title }) - 1;
  }
}
