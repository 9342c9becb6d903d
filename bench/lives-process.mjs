import { bareHeap, lives } from './lives.mjs';

await lives(1000);
bareHeap(1000, 21_000);
const results = [];
for (const count of [10_000, 100_000]) {
  const { milliseconds, jobs } = await lives(count);
  results.push({ count, jobs, lives: milliseconds, heap: bareHeap(count, jobs) });
}
process.send(results);
