// Loaded by `require` in worker and client and baked into the workflow bundle, hence CommonJS and plain syntax: test runners and
// the bundler take this file as it stands. Messages and stacks of failures travel sealed, like every other payload.
const common = require('@temporalio/common');

exports.failureConverter = new common.DefaultFailureConverter({ encodeCommonAttributes: true });
