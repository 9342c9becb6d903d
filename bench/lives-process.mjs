import { bareHeap, lives } from './lives.mjs';

await lives(1000, 'quiet');
bareHeap(1000, 10_000);
const results = [];
for (const [count, scenario] of [
  [10_000, 'quiet'],
  [100_000, 'quiet'],
  [10_000, 'happy-path'],
]) {
  const { milliseconds, jobs } = await lives(count, scenario);
  results.push({ count, scenario, jobs, lives: milliseconds, heap: bareHeap(count, jobs) });
}
process.send(results);
