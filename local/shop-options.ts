/** The command line of `npm run shop`. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readPort } from './start-options.ts'

export interface ShopOptions {
  readonly port: string
  readonly stateDir: string
}

export const SHOP_HELP = `The example shop of examples/shop, with the local stack: pay and refund in a browser

usage: npm run shop [-- options]

  --port <n>          the shop (default 3000; 0: any free port)
  --state-dir <path>  of the stack (default .local); one that npm start runs there is used
  --help              this text
`

/** Reads the arguments; undefined when help was asked for. @throws UsageError, or the TypeError of `parseArgs`, naming the argument that is wrong. */
export function readShopOptions(args: readonly string[]): ShopOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '3000' },
      'state-dir': { type: 'string', default: '.local' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return { port: String(readPort('port', values.port)), stateDir: resolve(values['state-dir']) }
}
