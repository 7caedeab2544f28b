/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  maxWorkers: 2,
  // files run in plain Node, one after the other in the same process, where code stays warm (docs/adr/0021)
  runner: ['jest-light-runner', { runtime: 'child_process' }],
  transform: {},
  testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/test/**/*.test.tsx'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.groundwork'],
  testSequencer: '<rootDir>/test/setup/longest-first.mjs',
  setupFiles: ['<rootDir>/test/setup/frozen-answers.ts'],
  globalSetup: '<rootDir>/test/setup/global-setup.mjs',
  globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
  reporters: ['default', '<rootDir>/test/setup/closing-line.mjs'],
};
