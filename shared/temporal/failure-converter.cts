// Loaded by `require` in worker and client and baked into the workflow bundle, hence CommonJS and plain syntax: test runners and
// the bundler take this file as it stands. Messages and stacks of failures travel sealed, like every other payload; in clear stands
// the type alone, which is a word of ours. Temporal's UI shows an Update's failure undecoded, so what refuses an Update is spoken in
// clear: a sentence of ours about what was sent, which reaches whoever sent it.
const common = require('@temporalio/common');

const spoken = new Set(['refused', 'unsealed', 'ended']);
const converter = new common.DefaultFailureConverter({ encodeCommonAttributes: true });

// a proxy, since its parameters need no types
converter.errorToFailure = new Proxy(converter.errorToFailure, {
  apply(convert, self, given) {
    const failure = convert.apply(self, given);
    const type = failure.applicationFailureInfo?.type;
    if (!type) return failure;
    return { ...failure, message: spoken.has(type) ? given[0].message : `${type} (sealed)` };
  },
});

exports.failureConverter = converter;
