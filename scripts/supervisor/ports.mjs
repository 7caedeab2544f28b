import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { freePorts as freePortsAtOnce, isListening } from '../engines/ports.mjs';
import { Trouble } from '../provision/progress.mjs';

/** Ports of contracts section 4. */
export const defaultPorts = {
  api: 3000,
  codec: 3001,
  metrics: 9464,
  temporal: 7233,
  temporalUi: 8233,
  postgres: 54_321,
  control: 4000,
  procoreLogin: 4010,
  procoreApi: 4011,
  procoreStorage: 4012,
  hammertech: 4020,
  hammertechAuth: 4021,
  mail: 2525,
  inbox: 4040,
  part3: 4030,
};

/**
 * The default ports. If some are taken, throws naming their users, or replaces them with free ones if any port will do.
 * `freePorts`: free ones throughout. `machine` tells which ports are taken and which are free.
 */
export async function choosePorts({ anyPort, freePorts, unneeded = [] }, machine = { isListening, freePorts: freePortsAtOnce }) {
  const names = Object.keys(defaultPorts);
  if (freePorts) return await replaced(names, machine);
  const taken = [];
  for (const name of names) if (!unneeded.includes(name) && (await machine.isListening(defaultPorts[name]))) taken.push(name);
  if (anyPort) return await replaced(taken, machine);
  if (taken.length > 0) {
    const lines = taken.map((name) => {
      const port = defaultPorts[name];
      return `  ${port} (${name}) is used by ${whoListens(port) ?? 'another process'}`;
    });
    throw new Trouble(
      `These ports are taken:\n${lines.join('\n')}\nEnd what uses them, or take free ones with: npm start -- --any-port`,
    );
  }
  return { ...defaultPorts };
}

/**
 * Free ports for those names, the default ones for the others. Requested all at once, so that none is given out twice; and with
 * spares, since a default port that nobody listens on yet counts as free too.
 */
async function replaced(names, machine) {
  const defaults = Object.values(defaultPorts);
  const free = (await machine.freePorts(names.length + defaults.length)).filter((port) => !defaults.includes(port));
  return { ...defaultPorts, ...Object.fromEntries(names.map((name, index) => [name, free[index]])) };
}

/** Name and pid of the process that listens, if the system shows it (Linux, own processes or root). */
function whoListens(port) {
  try {
    const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const lines = [...readFileSync('/proc/net/tcp', 'utf8').split('\n'), ...readFileSync('/proc/net/tcp6', 'utf8').split('\n')];
    const row = lines.map((line) => line.trim().split(/\s+/)).find((columns) => columns[1]?.endsWith(hex) && columns[3] === '0A');
    if (!row) return undefined;
    const socket = `socket:[${row[9]}]`;
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (holdsSocket(pid, socket)) return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
    }
  } catch {
    return undefined;
  }
  return undefined;
}

function holdsSocket(pid, socket) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === socket;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
