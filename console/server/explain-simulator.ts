/** What the page is told when the simulator refuses, or is gone. */
import { ControlRefusal } from '#simulator/control-call.ts'
import { ConsoleError } from './console-error.ts'

export function explainSimulator(error: unknown): ConsoleError | undefined {
  if (error instanceof ControlRefusal) {
    const { status, code, message: title } = error
    return new ConsoleError({ status, code, title, action: 'see docs/simulator.md' })
  }
  // What fetch says of a connection that it did not get.
  if (!(error instanceof TypeError) || error.message !== 'fetch failed') return undefined
  return new ConsoleError({
    status: 502,
    code: 'unreachable',
    title: 'the simulator does not answer',
    action: 'look whether it still runs',
  })
}
