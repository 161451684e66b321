/** `wxpay`: the operator's command line. The only file here that knows the process. */
import { systemClock } from '#shared/clock.ts'
import { systemPause } from '#shared/pause.ts'
import { createProcessTerminal } from './terminal/process-terminal.ts'
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), {
  terminal: createProcessTerminal(process),
  clock: systemClock,
  pause: systemPause,
  interrupted: () => {
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    process.once('SIGTERM', () => stop.abort())
    return stop.signal
  },
  directory: process.cwd(),
  environment: process.env,
})
