// The command itself, in a process that tells its peak memory when it ends.
process.once('beforeExit', () => process.send(process.resourceUsage().maxRSS / 1024));
process.on('message', () => undefined);
process.channel.unref();
await import('../dist/bin/greenroom.js');
