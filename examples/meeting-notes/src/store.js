import sqlite from 'node-sqlite3-wasm';

const SCHEMA = `
  create table if not exists meetings (
    id text primary key,
    vendor text not null,
    join_url text not null,
    starts_at text not null,
    agent text,
    notes_url text,
    state text not null default 'scheduled',
    progress integer not null default 0,
    notes text
  );
  create table if not exists deliveries (key text primary key);
`;

/** What the app remembers, in SQLite. */
export function openStore(file = ':memory:') {
  const db = new sqlite.Database(file);
  db.exec(SCHEMA);
  const get = (id) => db.get('select * from meetings where id = ?', [id]) ?? undefined;
  const byAgent = (agent) => db.get('select * from meetings where agent = ?', [agent]) ?? undefined;

  /** False if this delivery was handled before. */
  const isNew = (key) => db.run('insert or ignore into deliveries (key) values (?)', [key]).changes === 1;

  /** Moves a meeting on, never back: webhooks may overtake one another. True if it moved. */
  const advance = (id, state, progress) =>
    db.run('update meetings set state = ?, progress = ? where id = ? and progress < ?', [state, progress, id, progress])
      .changes === 1;

  return {
    get,
    advance,
    add: ({ id, vendor, joinUrl, startsAt }) =>
      db.run('insert or ignore into meetings (id, vendor, join_url, starts_at) values (?, ?, ?, ?)', [
        id,
        vendor,
        joinUrl,
        startsAt,
      ]),
    setAgent: (id, agent) => db.run('update meetings set agent = ? where id = ?', [agent, id]),
    /** Takes in what a webhook tells, whole or not at all. Gives the meeting if it is over by this. */
    handle({ key, meeting: id, agent, state, progress, notesUrl = null }) {
      db.exec('begin');
      try {
        const meeting = isNew(key) ? (get(id ?? '') ?? byAgent(agent)) : undefined;
        if (meeting)
          db.run('update meetings set agent = ?, notes_url = coalesce(?, notes_url) where id = ?', [
            agent,
            notesUrl,
            meeting.id,
          ]);
        const moved = meeting !== undefined && advance(meeting.id, state, progress);
        db.exec('commit');
        return moved && state === 'done' ? get(meeting.id) : undefined;
      } catch (error) {
        db.exec('rollback');
        throw error;
      }
    },
    keepNotes: (id, notes) => db.run('update meetings set notes = ? where id = ?', [JSON.stringify(notes), id]),
    /** Meetings that are not over, as far as we know. */
    unfinished: () => db.all('select * from meetings where progress < 3 and agent is not null order by id'),
    /** Meetings that are over and whose notes nobody has fetched yet. */
    withoutNotes: () => db.all("select * from meetings where state = 'done' and notes is null"),
    close: () => db.close(),
  };
}
