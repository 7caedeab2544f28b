const globals = new URL('./globals.mjs', import.meta.url).href;

/** `@jest/globals` refuses to be imported outside of Jest's own runner: here it is what our runner gives. */
export async function resolve(specifier, context, next) {
  return specifier === '@jest/globals' ? { url: globals, shortCircuit: true } : next(specifier, context);
}
