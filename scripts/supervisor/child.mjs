import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { stopChild } from '../engines/temporal.mjs';
import { stateDir } from '../provision/paths.mjs';
import { say } from '../provision/progress.mjs';

const firstPauseMs = 300;
const longestPauseMs = 10_000;
/** A process that lived this long was healthy: after its next end the pause is short again. */
const wellMs = 5000;

/**
 * One process that should always run. States: `starting` → `ready` → (dies) → `pausing` → `starting` …, until `stop`. It has its
 * own process group, so Ctrl-C reaches only the supervisor, which stops it in order.
 */
export class Child {
  #stopping = false;
  #pauseMs = firstPauseMs;
  #process;

  /**
   * Ready when `ready()` resolves, or with the first output line for which `readyLine` returns something. `clear` runs before
   * every start. `user` is whom it runs as, `endSignal` asks it to end, `graceMs` is how long it may take for that.
   */
  constructor({ name, command, args, env, user, clear, ready, readyLine, onPid, endSignal, graceMs = 5000 }) {
    Object.assign(this, { name, command, args, env, user, clear, ready, readyLine, onPid, endSignal, graceMs });
    mkdirSync(path.join(stateDir, 'logs'), { recursive: true });
    this.log = createWriteStream(path.join(stateDir, 'logs', `${name}.log`), { flags: 'a' });
  }

  get pid() {
    return this.#process?.pid;
  }

  /** Starts and resolves to what `ready` found; rejects if the first start fails. */
  async start() {
    await this.clear?.();
    if (this.#stopping) return undefined;
    const child = spawn(this.command, this.args, {
      ...this.user,
      env: this.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    let tail = '';
    const firstLine = new Promise((resolve) => {
      const take = (chunk) => {
        this.log.write(chunk);
        tail = (tail + chunk).slice(-4096);
        for (const line of tail.split('\n')) {
          const said = this.readyLine?.(line);
          if (said) resolve(said);
        }
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
    });
    const gone = new Promise((_resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${this.name} could not be started: ${error.message}`)));
      child.once('exit', (code, signal) => reject(new Error(`${this.name} ended with ${signal ?? code}:\n${tail}`)));
    });
    gone.catch(() => undefined);
    this.onPid?.(this.name, child.pid);
    const startedMs = Date.now();
    const answer = await Promise.race([this.ready ? this.ready() : firstLine, gone]).catch((error) => {
      child.kill('SIGKILL'); // one that lives but never answers would block the next
      throw error;
    });
    child.once('exit', (code, signal) => {
      this.#pauseMs = Date.now() - startedMs > wellMs ? firstPauseMs : Math.min(this.#pauseMs * 2, longestPauseMs);
      this.#revive(signal ?? code);
    });
    if (child.exitCode !== null || child.signalCode !== null) this.#revive(child.signalCode ?? child.exitCode);
    return answer;
  }

  #revive(how) {
    if (this.#stopping) return;
    say(`  ! ${this.name} ended (${how}); it is started again`);
    setTimeout(() => {
      if (this.#stopping) return;
      this.start().catch((error) => {
        this.log.write(`${error.message}\n`);
        this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
        this.#revive('at its start');
      });
    }, this.#pauseMs);
  }

  async stop() {
    this.#stopping = true;
    if (this.#process) await stopChild(this.#process, this.graceMs, this.endSignal);
    this.log.end();
  }

  kill() {
    this.#stopping = true;
    this.#process?.kill('SIGKILL');
  }
}
