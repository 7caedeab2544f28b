import { z } from 'zod';
import type { Switches } from '../kernel/switches.ts';
import type { World } from '../kernel/world.ts';
import { BadField } from './problem.ts';
import { act, type Route, readAll } from './route.ts';

const patchSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).meta({ id: 'Switches' });

function valuesOf(switches: Switches): Record<string, unknown> {
  return Object.fromEntries(switches.list().map(({ name, value }) => [name, value]));
}

/** The behaviours that are weakly known, by name. */
export function switchRoutes(world: World): Route[] {
  return [
    readAll('/switches', 'All switches as they stand, by name.', () => valuesOf(world.switches)),
    readAll('/switches/described', 'All switches with values, default, evidence and meaning.', () => world.switches.list()),
    act('patch', '/switches', 'Sets the switches named.', patchSchema, (given) => {
      const before = valuesOf(world.switches);
      for (const [name, value] of Object.entries(given)) {
        try {
          world.switches.set(name, value);
        } catch (fault) {
          // A patch is all or nothing: what was set before the bad one goes back.
          for (const done of Object.keys(given)) if (done in before) world.switches.set(done, before[done]);
          throw fault instanceof RangeError ? new BadField(name, fault.message) : fault;
        }
      }
      return valuesOf(world.switches);
    }),
  ];
}
