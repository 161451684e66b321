/** `wxpay console` */
import type { Command } from 'commander'
import * as v from 'valibot'
import { withStack } from '#cli/stack/stack-access.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readOptions, wholeNumber } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import type { World } from '#cli/terminal/world.ts'
import { openDesk } from '#console/desk/open-desk.ts'
import type { ConsoleServer } from '#console/server/server.ts'
import { PortError } from '#simulator/listen.ts'

const Entries = { port: wholeNumber(0, 65_535), write: v.optional(v.boolean(), false) }

export async function serveConsole(world: World, command: Command): Promise<void> {
  const { port, write, ...options } = readOptions(command, Entries)
  await withStack(world, options, async (stack) => {
    const ended = world.interrupted()
    const desk = await openDesk(world, stack, { port, write }).catch(explained)
    show(
      world,
      { json: { url: desk.url, write }, text: told(desk, { stack: stack.name, write }) },
      options.json,
    )
    await world.terminal.quietly(() => aborted(ended))
    await desk.stop()
  })
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
}

function told({ url }: ConsoleServer, { stack, write }: { stack: string; write: boolean }): string {
  const once = url.includes('token=') ? ', in the browser that opens it first' : ''
  const rights = write
    ? 'It can accept and dismiss holds.'
    : 'It only shows; --write lets it decide about holds.'
  return `the console of the stack ${stack}${once}: ${url}\n${rights} Ctrl-C ends it.`
}

function explained(error: unknown): never {
  if (error instanceof PortError)
    throw new CliError('usage', error.message, 'choose another with --port', { cause: error })
  throw error
}
