import { render } from 'preact';
import { Live } from './live.js';
import { Session } from './session.js';
import { embeddedRecordings } from './source/embedded.js';
import type { Recorded } from './source/recorded.js';
import { Server } from './source/server.js';
import { FilePage } from './view/file-page.js';
import { LivePage } from './view/live-page.js';

const place = document.querySelector('#inspector')!;

/** A server follows its own timeline; a file has recordings in it. */
if (place.hasAttribute('data-live')) render(<LivePage live={new Live(new Server())} />, place);
else render(<FilePage sessions={embeddedRecordings().map(sessionOf)} />, place);

function sessionOf(recorded: Recorded): Session {
  const session = new Session(recorded.title, recorded, recorded.head);
  for (const lines of recorded.lines()) session.append(lines);
  return session;
}
