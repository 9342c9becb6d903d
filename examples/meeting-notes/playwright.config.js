export default { testDir: 'test/playwright', testMatch: '*.spec.js', workers: 1, reporter: 'line' };
