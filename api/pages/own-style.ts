export const ownStylePath = '/assets/groundwork.css';

/** What the stylesheet without classes has no word for: a line as long as one reads, facts close to their words, a quiet button. */
export const ownStyle = `
body > main, body > footer { max-width: 42rem; }
body > footer { padding-block: 0 2rem; font-size: 0.9em; overflow-wrap: anywhere; }
dl > dd { margin-inline-start: 0; margin-block-end: 0.6rem; overflow-wrap: anywhere; }
button.quiet { background: transparent; color: var(--pico-primary); border-color: var(--pico-primary); }
button.quiet:is(:hover, :focus) { color: var(--pico-primary-hover); border-color: var(--pico-primary-hover); }
`;
