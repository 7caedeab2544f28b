/**
 * jest-light-runner 0.7.13 tells its settings to all processes of a pool as soon as one of them asks, and to each only once: a process
 * that is not listening yet when another one asks would wait for them for ever. So they are kept here for the one that asks later.
 */
const asking = 'jest-light-runner-get-worker-data';
const telling = 'jest-light-runner-worker-data';

if (process.send) {
  let told;
  const { emit, send } = process;
  // no listener of ours: Node keeps messages for the first one there is
  process.emit = (event, ...values) => {
    if (event === 'message' && values[0]?.type === telling) told = values[0];
    return emit.call(process, event, ...values);
  };
  process.send = (message, ...rest) => {
    if (message !== asking || told === undefined) return send.call(process, message, ...rest);
    setImmediate(() => emit.call(process, 'message', told));
    return true;
  };
}
