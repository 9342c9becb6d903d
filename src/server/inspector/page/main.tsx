import { render } from 'preact';
import { Live } from './live.js';
import { sessionOf } from './session.js';
import { embeddedRecordings } from './source/embedded.js';
import { Server } from './source/server.js';
import { FilePage } from './view/file-page.js';
import { LivePage } from './view/live-page.js';

const place = document.querySelector('#inspector')!;

/** A server follows its own timeline; a file has recordings in it. */
if (place.hasAttribute('data-live')) render(<LivePage live={new Live(new Server())} />, place);
else render(<FilePage sessions={embeddedRecordings().map(sessionOf)} />, place);
