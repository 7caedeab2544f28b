import type { World } from '../../kernel/world.ts';

/** A text as it is stored: as sent, or rewritten by the switch [unk]. */
export function storedBody(world: World, body: string): string {
  return world.switches.get('rfiBodies') === 'sanitised' ? sanitised(body) : body;
}

const renamedTags: Record<string, string> = { b: 'strong', i: 'em', div: 'p', h1: 'p', h2: 'p', h3: 'p' };

function sanitised(body: string): string {
  const bare = body
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/gi, (_tag, slash: string, name: string) => {
      const tag = name.toLowerCase();
      return `<${slash}${renamedTags[tag] ?? tag}>`;
    });
  return /^\s*<(p|ul|ol|table)>/.test(bare) ? bare : `<p>${bare.replaceAll('\n', '<br>')}</p>`;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** The text of a body without its marks, a line for each paragraph. */
export function plainText(body: string): string {
  return body
    .replace(/<br\s*\/?>|<\/(p|div|li|h\d|tr)>/gi, '\n')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_entity, name: string) => entities[name] ?? '')
    .trim();
}
