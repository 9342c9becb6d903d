// The lock file must serve every platform and any registry: npm leaves out the binaries of other platforms when it writes
// the file beside a node_modules, and then `npm ci` fails elsewhere.
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));

/** True if the file has the package where Node would look for it from this place. */
function holds(place, name) {
  if (`${place && `${place}/`}node_modules/${name}` in packages) return true;
  if (place === '') return false;
  return holds(place.slice(0, Math.max(0, place.lastIndexOf('node_modules/') - 1)), name);
}

const faults = Object.entries(packages).flatMap(([place, { resolved, optionalDependencies = {} }]) => [
  ...(resolved === undefined ? [] : [`${place} names the registry that it came from`]),
  ...Object.keys(optionalDependencies)
    .filter((name) => !holds(place, name))
    .map((name) => `${place} may need ${name}, which is not there`),
]);

if (faults.length > 0) {
  process.stderr.write(
    `Failed to find package-lock.json fit for every machine:\n  ${faults.join('\n  ')}\n` +
      'Write it afresh: rm -r node_modules package-lock.json && npm install\n',
  );
  process.exitCode = 1;
}
