/** Loads one bundle, as Lambda does once per container, and tells what it took; sends a first request after it when it is given one. */
import { createRequire } from 'node:module'
import { lambdaContext } from '#test/support/lambda-context.ts'

export interface Start {
  readonly bundle: string
  readonly environment: Readonly<Record<string, string>>
  readonly event?: object
}

/** Milliseconds of a processor. */
export interface Started {
  readonly imported: number
  /** From the beginning, the import included. */
  readonly answered?: number
}

interface Bundle {
  readonly handler: (event: object, context: object) => Promise<object>
}

async function start({ bundle, environment, event }: Start): Promise<Started> {
  const require = createRequire(__filename)
  Object.assign(process.env, environment)
  const before = process.threadCpuUsage()
  const { handler }: Bundle = require(bundle)
  const imported = millisecondsSince(before)
  if (event === undefined) return { imported }
  const answer = await handler(event, lambdaContext())
  const answered = millisecondsSince(before)
  // What is no answer to HTTP is what a job came to: it fails by itself.
  if ('statusCode' in answer && answer.statusCode !== 204 && answer.statusCode !== 200)
    throw new Error(`the first answer was ${JSON.stringify(answer)}`)
  return { imported, answered }
}

/** Of this thread: in another one Node.js reads its root certificates as soon as `tls` is loaded, and how far it has come is chance. */
function millisecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

process.once('message', (order: Start) => {
  // Its connections stay open, as they do between two calls.
  void start(order).then((started) => process.send!(started, () => process.exit()))
})
