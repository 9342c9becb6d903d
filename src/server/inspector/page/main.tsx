import { render } from 'preact';
import { Live } from './live.js';
import { sessionOf } from './session.js';
import { embeddedRecordings, embeddedReport } from './source/embedded.js';
import { Server } from './source/server.js';
import { FilePage } from './view/file-page.js';
import { LivePage } from './view/live-page.js';

const place = document.querySelector('#inspector')!;

/** A server follows its own timeline; a file has recordings in it. */
if (place.hasAttribute('data-live')) render(<LivePage live={new Live(new Server())} />, place);
else showFile();

/** What is there by now is shown at once, and the rest when the file was read to its end. */
function showFile(): void {
  const recordings = embeddedRecordings();
  const read = recordings.map((recorded) => recorded.lines(0).length);
  const sessions = recordings.map(sessionOf);
  render(<FilePage sessions={sessions} report={embeddedReport()} />, place);
  addEventListener('DOMContentLoaded', () =>
    recordings.forEach((recorded, i) => {
      for (const lines of recorded.lines(read[i]!)) sessions[i]!.append(lines);
    }),
  );
}
