import type { z } from 'zod';
import type { World } from '../kernel/world.ts';
import { act, type Route } from './route.ts';

/** What a human can do in Procore's own screens: one verb of one area. */
export type Verb = (world: World) => Route;

/** A verb at `POST /admin/{area}/{name}`. */
export function verb<Body extends z.ZodType>(
  area: string,
  name: string,
  summary: string,
  body: Body,
  run: (world: World, body: z.output<Body>) => unknown,
): Verb {
  return (world) => act('post', `/admin/${area}/${name}`, summary, body, (given) => run(world, given) ?? { done: true });
}
