// `npx greenroom` in this folder serves the notetaker too.
import { notetaker } from './src/notetaker.js';

export default { vendors: [notetaker] };
