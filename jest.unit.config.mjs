import config from './jest.config.mjs';

/** The same without engines: for tests that need neither Postgres nor Temporal. */
const { globalSetup, globalTeardown, ...rest } = config;
export default rest;
