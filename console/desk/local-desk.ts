/** The console of the stack on this machine, beside `npm start`. */
import type { ConsoleServer } from '#console/server/server.ts'
import { openStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'
import { systemClock } from '#shared/clock.ts'
import { systemPause } from '#shared/pause.ts'
import { openDesk } from './open-desk.ts'

/** Nobody is at this terminal: the page shows what there is to tell. */
const SILENT: World['terminal'] = {
  interactive: false,
  out: () => {},
  err: () => {},
  ask: () => Promise.reject(new Error('nobody is there to be asked')),
  quietly: (waiting) => waiting(),
  colours: { out: false, err: false },
  readInput: () => Promise.resolve(Buffer.alloc(0)),
}

/** @param where the stack keeps `stack.json`. @throws PortError */
export async function openLocalDesk({
  stateDir,
  port,
}: {
  readonly stateDir: string
  readonly port: number
}): Promise<ConsoleServer> {
  const world: World = {
    terminal: SILENT,
    clock: systemClock,
    pause: systemPause,
    interrupted: () => new AbortController().signal,
    directory: process.cwd(),
    environment: {},
  }
  const stack = await openStack(world, { stack: 'local', stateDir })
  const desk = await openDesk(world, stack, { port, write: true })
  return {
    url: desk.url,
    async stop() {
      await desk.stop()
      stack.close()
    },
  }
}
