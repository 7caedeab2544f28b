/** The page's own style: system fonts, one column, tables that scroll sideways on a phone. */
export const style = `
:root { color-scheme: light dark; --line: #8a8f98; --quiet: light-dark(#4a4f57, #b6bcc6); --fill: light-dark(#f2f4f7, #22262d); --link: light-dark(#0b57a4, #8ec5ff); }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 62rem; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#fff, #14171c); color: light-dark(#16191d, #eceff4); }
a { color: var(--link); }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { margin-top: 2rem; font-size: 1.2rem; }
table { width: 100%; border-collapse: collapse; }
caption { padding: .25rem 0; text-align: left; color: var(--quiet); }
th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.scroll { overflow-x: auto; }
form { display: inline-flex; flex-wrap: wrap; gap: .4rem; align-items: end; margin: 0 .4rem .2rem 0; }
label { display: grid; gap: .15rem; font-size: .9rem; }
button, input, select { min-height: 2.5rem; padding: .3rem .7rem; border: 1px solid var(--line); border-radius: .35rem; background: var(--fill); color: inherit; font: inherit; }
button { cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.quiet { color: var(--quiet); }
.said { padding: .6rem .8rem; border-left: .3rem solid var(--link); background: var(--fill); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:not(:focus) { position: absolute; left: -99rem; }
`;
